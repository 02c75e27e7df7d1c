// Holds manifests against the schemas of the Kubernetes API:  node kubernetes.mjs FILE.yaml...
// Run it where kubernetes-models and yaml are installed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { parseAllDocuments } = require("yaml");

// The schemas let fields pass that they do not name, so that a misspelt one would go unnoticed. But a validator reads
// every field that it knows: what it has not read is unknown.
function watched(value, path, unread) {
  if (value === null || typeof value !== "object") return value;
  const copy = Array.isArray(value) ? [] : {};
  for (const key of Object.keys(value)) {
    unread.add(`${path}/${key}`);
    copy[key] = watched(value[key], `${path}/${key}`, unread);
  }
  return new Proxy(copy, {
    get(target, key) {
      unread.delete(`${path}/${String(key)}`);
      return target[key];
    },
  });
}

function problems(manifest) {
  const { apiVersion, kind } = manifest;
  const model = require(`kubernetes-models/${apiVersion}/${kind}`)[kind];
  const unread = new Set();
  try {
    model.prototype.validate.call(watched(manifest, "", unread));
  } catch (error) {
    return [error.message];
  }
  return [...unread].map((path) => `${path}: no such field`);
}

let found = 0;
for (const file of process.argv.slice(2)) {
  for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
    const manifest = document.toJS();
    for (const problem of [...document.errors.map(String), ...problems(manifest)]) {
      console.log(`${file}: ${manifest.kind}: ${problem}`);
      found += 1;
    }
  }
}
process.exit(found === 0 ? 0 : 1);
