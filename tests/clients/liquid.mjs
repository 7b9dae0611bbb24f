// Renders every template of a corpus with LiquidJS and prints what came of each: `[{"text": …} | {"error": …}]`.
//   node liquid.mjs CORPUS MODEL
import { readFileSync } from 'node:fs';
import { Liquid } from 'liquidjs';

process.env.TZ = 'UTC';
const { model, snippets } = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const options = { templates: snippets, strictFilters: true, locale: 'en-US' };
const plain = new Liquid(options);
const escaping = new Liquid({ ...options, outputEscape: 'escape' });

const results = readFileSync(process.argv[2], 'utf8').split('\n----\n').map((entry) => {
  const escapes = entry.startsWith('@escape\n');
  try {
    return { text: (escapes ? escaping : plain).parseAndRenderSync(escapes ? entry.slice(8) : entry, structuredClone(model)) };
  } catch (error) {
    return { error: error.message };
  }
});
console.log(JSON.stringify(results));
