// A case system that esdh-connect can use: Node, and nothing else. What the Maps hold is in your database.
//
//     node host.mjs KEY.pem CERTIFICATE.pem SECRET.txt [PORT]

import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";

const [key, certificate, secretFile, port = "0"] = process.argv.slice(2);
const secret = readFileSync(secretFile, "utf8").trimEnd();
const signingKey = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret);

const cases = new Map([["sag-1", { parties: ["part-1"] }], ["sag-2", { parties: [], closed: true }]]);
const people = new Map([["part-1", {
  name: "Frida Mortensen",
  cpr: "1212121212",
  address: { street: "Solsikkevej", number: "12", post_code: "8000", city: "Aarhus C" },
}]]);
const documents = new Map([["dok-1 1", Buffer.from("Afgørelse: du må bygge en carport.\n")]]);
const entries = new Map(); // by mark, which is unique: in a database a unique index, and not a look before the insert

const none = { status: 404, said: { error: "none" } };
const no = (text) => ({ status: 409, said: { text } });

const answers = {
  "/document": ({ document }) => {
    const bytes = documents.get(`${document.id} ${document.version}`);
    return bytes ? { bytes } : none;
  },
  "/recipient": ({ party, case: about }) =>
    cases.get(about.id)?.parties.includes(party.id) ? { said: people.get(party.id) } : none,
  "/parties": ({ case: about }) =>
    cases.has(about.id) ? { said: { parties: cases.get(about.id).parties.map((id) => ({ id, system: about.system })) } } : none,
  "/journal/find": ({ mark, case: about }) => {
    const entry = entries.get(mark);
    return entry?.case.id === about.id ? { said: { id: entry.id } } : none;
  },
  "/journal": (letter) => {
    if (!cases.has(letter.case.id)) return none;
    if (!entries.has(letter.mark)) {
      if (cases.get(letter.case.id).closed) return no("sagen er lukket; åbn den igen");
      const files = letter.files.map((file) => ({ ...file, content: Buffer.from(file.content, "base64") }));
      entries.set(letter.mark, { ...letter, files, id: `akt-${entries.size + 1}` });
    }
    return { said: { id: entries.get(letter.mark).id } };
  },
};

function isSigned(headers, body) {
  const [id, at, signatures] = ["id", "timestamp", "signature"].map((name) => headers[`webhook-${name}`] ?? "");
  if (!/^[0-9]+$/.test(at) || Math.abs(Date.now() / 1000 - Number(at)) > 300) return false;
  const mac = createHmac("sha256", signingKey).update(`${id}.${at}.`).update(body).digest("base64");
  const wanted = Buffer.from(`v1,${mac}`);
  return signatures.split(" ").map((one) => Buffer.from(one))
    .some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}

function answered(request, body) {
  if (!isSigned(request.headers, body)) return { status: 401, said: { error: "unsigned" } };
  const answer = answers[request.url.replace(/^\/esdh-connect/, "")];
  if (request.method !== "POST" || !answer) return { status: 404, said: { error: "address" } };
  return answer(JSON.parse(body));
}

const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    let answer;
    try {
      answer = answered(request, Buffer.concat(pieces));
    } catch {
      answer = { status: 500, said: { error: "broken" } }; // in yours: and written to your log
    }
    const bytes = answer.bytes ?? Buffer.from(JSON.stringify(answer.said));
    const type = answer.bytes ? "application/octet-stream" : "application/json";
    response.writeHead(answer.status ?? 200, { "Content-Type": type, "Content-Length": bytes.length }).end(bytes);
  });
});
server.listen(Number(port), "127.0.0.1", () => console.log(`https://localhost:${server.address().port}/esdh-connect`));
