// node speed.mjs < PATHS: for each line, a path, validates the file once and writes {milliseconds, codes, rss_bytes}.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { validateBytes } from "gltf-validator";

for await (const path of createInterface({ input: process.stdin })) {
  const data = new Uint8Array(await readFile(path));
  const start = performance.now();
  const { issues } = await validateBytes(data, { maxIssues: 0 });
  const milliseconds = performance.now() - start;
  const codes = issues.messages.map((message) => `${message.code} ${message.pointer ?? message.offset}`);
  console.log(JSON.stringify({ milliseconds, codes, rss_bytes: process.resourceUsage().maxRSS * 1024 }));
}
