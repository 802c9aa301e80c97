"""
Eksempel Kommune: a small case system (ESDH) with *Send digitalt*, to try esdh_connect with.

``municipality`` is the case system, ``host`` its side of the library, ``seed`` and ``documents`` what is in it,
``tour`` what ``esdh-connect demo`` shows. Nothing is imported here: each stands by itself.
"""
