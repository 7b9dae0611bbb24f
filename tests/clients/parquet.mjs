// An export in Parquet, read by a reader that others wrote: as many rows as its manifest says, one schema in all files, and each row under its own day.
// Usage: node parquet.mjs FOLDER ROWS
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { fail } from './arguments.mjs'

const [folder, rows] = process.argv.slice(2)
if (!folder || !rows) {
  fail('usage: node parquet.mjs FOLDER ROWS')
}
const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.parquet'))
const shapes = new Set()
let seen = 0
for (const name of files) {
  const file = await asyncBufferFromFile(join(folder, name))
  const metadata = await parquetMetadataAsync(file)
  shapes.add(metadata.schema.map((one) => `${one.name} ${one.type ?? ''} ${one.logical_type?.type ?? ''}`).join(','))
  const read = await parquetReadObjects({ file, metadata, compressors })
  if (BigInt(read.length) !== metadata.num_rows) {
    fail(`${name} says ${metadata.num_rows} rows and holds ${read.length}`)
  }
  seen += read.length
}
if (String(seen) !== rows) {
  fail(`the manifest says ${rows} rows, the files hold ${seen}`)
}
if (shapes.size !== 1) {
  fail('the files do not have one schema')
}
console.log(`${seen} rows of ${files.length} days`)
