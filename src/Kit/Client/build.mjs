// Bundles what runs in the browser into ../Assets. With --check nothing is written: exit code 1 where ../Assets holds something else.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const here = new URL('.', import.meta.url)
const assets = new URL('../Assets/', here)
const common = { bundle: true, minify: true, write: false, legalComments: 'inline', target: ['es2022'], logLevel: 'error', absWorkingDir: here.pathname }

const bundle = async (entry, options) => (await build({ ...common, entryPoints: [entry], ...options })).outputFiles[0].contents

async function icons() {
  const names = JSON.parse(await readFile(new URL('icons.json', here), 'utf8'))
  const drawn = {}
  for (const [name, outline] of Object.entries(names)) {
    const svg = await readFile(new URL(`node_modules/@tabler/icons/icons/outline/${outline}.svg`, here), 'utf8')
    drawn[name] = [...svg.matchAll(/<path d="([^"]+)"/g)].map((match) => match[1])
  }
  return Buffer.from(`${JSON.stringify(drawn, null, 1)}\n`)
}

/** What one kind of page alone runs: each file of islands/ becomes one of its own. */
async function islands() {
  const files = (await readdir(new URL('islands/', here)).catch(() => [])).filter((file) => /\.tsx?$/.test(file)).sort()
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file.replace(/\.tsx?$/, '.js'), await bundle(`islands/${file}`, { format: 'esm', jsx: 'automatic', define: { 'process.env.NODE_ENV': '"production"' } })])))
}

const made = {
  'ciclo.css': await bundle('styles/main.css', { loader: { '.svg': 'dataurl' } }),
  'ciclo.js': await bundle('main.ts', { format: 'esm' }),
  'charts.js': await bundle('charts.ts', { format: 'esm' }),
  'theme.js': await bundle('theme.ts', { format: 'iife' }),
  'icons.json': await icons(),
  ...await islands(),
}

let stale = 0
for (const [name, bytes] of Object.entries(made)) {
  const file = new URL(name, assets)
  if (process.argv.includes('--check')) {
    const held = await readFile(file).catch(() => Buffer.alloc(0))
    if (Buffer.compare(held, bytes) !== 0) {
      console.error(`${name} is not what its sources make: run \`npm ci && npm run build\` in src/Kit/Client.`)
      stale = 1
    }
  } else {
    await writeFile(file, bytes)
    console.log(`${name} ${bytes.length} bytes`)
  }
}
process.exitCode = stale
