// node issues.mjs < FILES > ISSUES: the issues of many small files in one process.
//
// Reads a JSON object {name: {data, files: {uri: data}}} with data in base64. Writes {name: [[code, severity, place], …]},
// where place is a JSON pointer, or "@" and the byte of a GLB; null where the validator itself fails.
import { readFileSync } from "node:fs";
import { validateBytes } from "gltf-validator";

// It completes some promises twice: that must not end the process.
process.on("uncaughtException", () => {});

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

async function issues({ data, files }) {
  const externalResourceFunction = async (uri) => {
    const name = decodeURIComponent(uri);
    if (!(name in files)) throw new Error("no such file");
    return bytes(files[name]);
  };
  const report = await validateBytes(bytes(data), { maxIssues: 0, externalResourceFunction });
  return report.issues.messages.map((m) => [m.code, m.severity, m.pointer ?? `@${m.offset}`]);
}

const found = {};
for (const [name, file] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  found[name] = await issues(file).catch(() => null);
}
console.log(JSON.stringify(found));
