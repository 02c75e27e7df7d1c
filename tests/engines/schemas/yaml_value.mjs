// Prints one value of a YAML file:  node yaml_value.mjs FILE.yaml KEY...
// Of several documents in the file, the first that has it; of a list's elements, the one with this name or number. Run
// it where yaml is installed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { parseAllDocuments } = createRequire(`${process.cwd()}/`)("yaml");
const [file, ...keys] = process.argv.slice(2);
const below = (value, key) => value?.[key] ?? (Array.isArray(value) ? value.find(({ name }) => name === key) : undefined);
const values = parseAllDocuments(readFileSync(file, "utf8"))
  .map((document) => keys.reduce(below, document.toJS()))
  .filter((value) => value !== undefined);
if (values.length === 0) {
  console.error(`${file} has no ${keys.join(".")}`);
  process.exit(1);
}
console.log(values[0]);
