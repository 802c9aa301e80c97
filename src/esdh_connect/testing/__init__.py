"""
What vendors and plugin authors test with.

``channel.ChannelSuite``, ``converter.ConverterSuite`` and ``outbox.OutboxSuite`` are conformance suites to subclass,
and ``sweep.suite.SweepSuite`` kills the processes of an outbox at every place; ``fakes`` remember calls;
``installation`` builds a whole installation in memory. pytest finds the fixtures ``esdh_connect``, ``esdh_host``,
``esdh_channel`` and ``esdh_clock`` by itself.
Import from the modules: this package imports nothing by itself, so that it costs nothing where it is merely installed.
"""
