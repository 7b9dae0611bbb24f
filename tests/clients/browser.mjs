// Segment's browser library in a real Chromium, on a page of another origin, so that CORS and its preflight count.
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { fail, readArguments } from './arguments.mjs'

const { url, writeKey, count } = readArguments()
const bundle = await build({
  entryPoints: [new URL('page.js', import.meta.url).pathname],
  bundle: true,
  write: false,
  format: 'iife',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'error',
})
const script = bundle.outputFiles[0].text

const site = createServer((request, response) => {
  const isScript = request.url === '/page.js'
  response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8')
  response.end(isScript ? script : '<!doctype html><title>Shop</title><link rel="icon" href="data:,"><script src="/page.js"></script>')
})
await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${site.address().port}`

const browser = await chromium.launch({
  executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})
try {
  for (const mode of ['single', 'batching']) {
    await send(mode)
  }
} catch (error) {
  fail(error)
} finally {
  await browser.close()
  site.close()
}
console.log('sent')

async function send(mode) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const trouble = []
  let calls = 0
  page.on('console', (message) => message.type() === 'error' && trouble.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => trouble.push(`page: ${error.message}`))
  page.on('request', (request) => {
    // The settings must leave the library nothing to ask anybody else.
    if (!request.url().startsWith(url) && !request.url().startsWith(origin) && !request.url().startsWith('data:')) {
      trouble.push(`request to ${request.url()}`)
    }
  })
  page.on('response', (response) => {
    if (response.request().method() !== 'POST') {
      return
    }
    if (response.status() !== 200) {
      trouble.push(`${response.status()} from ${response.url()}`)
    }
    calls += mode === 'single' ? 1 : JSON.parse(response.request().postData()).batch.length
  })
  await page.goto(origin)
  await page.evaluate(([mode, url, writeKey, count]) => window.ciclo[mode](url, writeKey, count), [mode, url, writeKey, count])
  const total = count + 5
  const end = Date.now() + 15_000
  while (calls < total && trouble.length === 0 && Date.now() < end) {
    await page.waitForTimeout(50)
  }
  if (trouble.length > 0 || calls !== total) {
    throw new Error(`${mode}: ${calls} of ${total} calls were answered\n${trouble.join('\n')}`)
  }
  await context.close()
}
