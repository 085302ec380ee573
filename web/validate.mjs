// node validate.mjs FILE.glb… : one line of JSON for each file, {path, errors, warnings, infos, hints, messages}.
import { readFile } from "node:fs/promises";
import { validateBytes } from "gltf-validator";

for (const path of process.argv.slice(2)) {
  const { issues } = await validateBytes(new Uint8Array(await readFile(path)), { maxIssues: 100 });
  const { numErrors, numWarnings, numInfos, numHints, messages } = issues;
  console.log(
    JSON.stringify({
      path,
      errors: numErrors,
      warnings: numWarnings,
      infos: numInfos,
      hints: numHints,
      messages: messages.filter((m) => m.severity < 2),
    }),
  );
}
