// How quick the pages are: the server's time for each, the first paint in a real Chromium, and when everything that the page asks for later is there.
// Usage: node pages.mjs URL INVITATION PATH… (`CUSTOMER` in a path stands for the first one of the list). Prints one JSON object a path.
import { chromium } from 'playwright-core'
import { fail } from './arguments.mjs'

const times = 40
const [url, invitation, ...paths] = process.argv.slice(2)
if (!url || !invitation || paths.length === 0) {
  fail('usage: node pages.mjs URL INVITATION PATH…')
}
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  const page = await context.newPage()
  await enter(page)
  await page.goto(`${url}/customers`)
  const customer = new URL(await page.locator('main tbody a[href^="/customers/"]').first().getAttribute('href'), url).pathname.split('/')[2]
  for (const path of paths) {
    console.log(JSON.stringify(await look(context, page, path.replace('CUSTOMER', customer))))
  }
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}

async function enter(page) {
  await page.goto(invitation)
  for (const box of await page.locator('form input:visible').all()) {
    const type = await box.getAttribute('type')
    await box.fill(type === 'password' ? 'lápiz montaña viola tren 42' : type === 'email' ? 'bench@example.com' : 'Bench')
  }
  await page.locator('form button[type=submit]').first().click()
  await page.waitForURL((at) => !at.pathname.startsWith('/invitation'))
}

async function look(context, page, path) {
  const server = []
  for (let i = 0; i < times; i++) {
    const began = performance.now()
    const answer = await context.request.get(url + path)
    await answer.body()
    server.push(performance.now() - began)
    if (answer.status() !== 200 || new URL(answer.url()).pathname === '/signin') {
      throw new Error(`${path} is answered with ${answer.status()}.`)
    }
  }
  const first = server[0]
  server.sort((a, b) => a - b)
  const began = performance.now()
  await page.goto(url + path, { waitUntil: 'networkidle', timeout: 60_000 })
  // Networkidle itself waits for half a second of silence.
  const whole = performance.now() - began - 500
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null)
  return { path, first, median: server[times / 2], p95: server[Math.ceil(times * 0.95) - 1], paint, whole }
}
