// An export in Parquet, read by DuckDB's own client for Node.js: as many rows as its manifest says, one schema in all files.
// Usage: node parquet.mjs FOLDER ROWS
import { DuckDBInstance } from '@duckdb/node-api'
import { fail } from './arguments.mjs'

const [folder, rows] = process.argv.slice(2)
if (!folder || !rows) {
  fail('usage: node parquet.mjs FOLDER ROWS')
}
const connection = await (await DuckDBInstance.create(':memory:')).connect()
const read = `read_parquet('${folder}/*/*.parquet', hive_partitioning := true)`
const count = await connection.runAndReadAll(`SELECT count(*)::VARCHAR, count(DISTINCT date)::VARCHAR FROM ${read}`)
const [seen, days] = count.getRows()[0]
if (seen !== rows) {
  fail(`the manifest says ${rows} rows, the files hold ${seen}`)
}
const shapes = await connection.runAndReadAll(`SELECT count(DISTINCT shape)::VARCHAR FROM (SELECT file_name, string_agg(name || ' ' || coalesce(type, ''), ',' ORDER BY column_id) AS shape FROM (SELECT *, row_number() OVER (PARTITION BY file_name) AS column_id FROM parquet_schema('${folder}/*/*.parquet')) GROUP BY file_name)`)
if (shapes.getRows()[0][0] !== '1') {
  fail('the files do not have one schema')
}
console.log(`${seen} rows of ${days} days`)
