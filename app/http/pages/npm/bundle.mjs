// Bundles the pages' modules into the folder that is named, with the licences of all that is in them.
import { build } from 'esbuild';
import { readFile, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const LICENSE = /^(licen[cs]e|copying|notice|third-?party|swagger-ui-bundle.*license)/i;

const [target] = process.argv.slice(2);
const common = {
  bundle: true,
  minify: true,
  legalComments: 'none', // they are in the list of licences
  logLevel: 'warning',
  metafile: true,
  outdir: target,
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.ttf': 'dataurl' },
};
const bundled = await Promise.all([
  build({ ...common, format: 'esm', splitting: true, entryPoints: { graphiql: 'graphiql.js' } }),
  build({
    ...common,
    format: 'iife', // workers that are modules load later, and not in all browsers
    entryPoints: {
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    },
  }),
]);
for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
  const text = await readFile(join('node_modules/swagger-ui-dist', name), 'utf8');
  await writeFile(join(target, name), text.replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*\n?$/, '\n'));
}
for (const name of await readdir(target)) {
  if (/-[A-Z0-9]{8}\.css$/.test(name)) await unlink(join(target, name)); // of parts, whose styles are in the whole
}
await writeFile(join(target, 'LICENSES.txt'), await licenses(bundled));

async function licenses(results) {
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const folders = new Set(inputs.map((path) => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1]));
  const texts = [];
  for (const folder of [...folders, 'node_modules/swagger-ui-dist'].filter(Boolean).sort()) {
    const { name, version, license, author, homepage } = JSON.parse(await readFile(join(folder, 'package.json')));
    if (!license) throw new Error(`${name} has no license`);
    const by = typeof author === 'object' ? author.name : author;
    const head = [`${name} ${version}: ${license}`, by, homepage].filter(Boolean).join('\n');
    const files = (await readdir(folder)).filter((file) => LICENSE.test(file));
    const parts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')));
    texts.push([head, ...parts.map((part) => part.trim())].join('\n\n'));
  }
  return `What is in the files beside this one, and on which terms.\n\n${texts.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`;
}
