// Goals, alerts and webhooks in a real Chromium: the back-test answers while the form is filled in, what is saved shows, an open page hears of what changes,
// and nothing is serious for axe-core, light and dark, wide and narrow, in both languages. Usage: node goals.mjs URL
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url] = process.argv.slice(2)
if (!url) {
  fail('usage: node goals.mjs URL')
}
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const troubles = []
const expect = (what, holds) => holds || troubles.push(what)
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  await work()
  for (const look of [{ colorScheme: 'light', locale: 'es-MX', viewport: { width: 1280, height: 900 } }, { colorScheme: 'dark', locale: 'en-US', viewport: { width: 360, height: 780 } }]) {
    const context = await browser.newContext(look)
    for (const [path, ready] of [
      ['/goals', '.g-card h2'], ['/goals/new?metric=active_people', '#preview [data-chart]'], ['/alerts', '.c-att'], ['/alerts/new?metric=active_people', '#preview [data-chart]'], ['/alerts/new', '#metric'],
      ['/alerts/1', '[data-chart]'], ['/settings/webhooks', 'form #url'],
    ]) {
      await sound(context, path, ready, look.locale)
    }
    await context.close()
  }
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log('sound')

async function work() {
  const context = await browser.newContext({ colorScheme: 'light', locale: 'en-US', viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  watch(page, 'work')
  // By keyboard from the choice of a number to the saved alert.
  await page.goto(`${url}/alerts/new`)
  await page.locator('#metric').selectOption('active_people')
  await page.locator('#metric').focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('#preview h2', { hasText: 'in the last 90 days' }).waitFor()
  await page.locator('#name').fill('Few people')
  await page.locator('input[name="kind"][value="threshold"]').check()
  await page.locator('#threshold').fill('1000000')
  await page.locator('#side').selectOption('below')
  await page.locator('#preview h2', { hasText: 'It would have fired' }).waitFor()
  await page.locator('#threshold').press('Enter')
  await page.waitForURL(/\/alerts\/\d+$/)
  expect('the alert has its name', await page.locator('h1').textContent() === 'Few people')
  // An open list hears of what another page does: the watch fires the new alert by itself.
  await page.goto(`${url}/alerts`)
  await page.locator('.c-att-n.bad').first().waitFor()
  const other = await context.newPage()
  await other.goto(`${url}/alerts/1`)
  await other.locator('#note').fill('known')
  await other.locator('#note').press('Enter')
  await page.locator('.c-att-m', { hasText: 'known' }).waitFor()

  await page.goto(`${url}/goals/new?metric=active_people`)
  await page.locator('#name').fill('Many people')
  await page.locator('#amount').fill('5')
  await page.locator('#preview h2', { hasText: 'Reached in' }).waitFor()
  await page.locator('#amount').press('Enter')
  await page.locator('.g-card .c-tag').first().waitFor()
  await page.goto(`${url}/numbers/active_people?by=month`)
  expect('the number shows its target', (await page.locator('.c-card .c-sub').first().textContent()).includes('Many people'))

  await page.goto(`${url}/settings/webhooks`)
  await page.locator('#name').last().fill('crm')
  await page.locator('#url').fill('https://example.com/hook')
  await page.locator('#url').press('Enter')
  await page.locator('code', { hasText: 'whsec_' }).waitFor()
  await context.close()
}

function watch(page, where) {
  page.on('console', (message) => isFault(message) && troubles.push(`${where}: console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(`${where}: ${error.message}`))
  page.on('request', (request) => request.url().startsWith(url) || request.url().startsWith('data:') || troubles.push(`${where}: a request to ${request.url()}`))
}

async function sound(context, path, ready, look) {
  const page = await context.newPage()
  watch(page, `${path} ${look}`)
  await page.goto(url + path)
  await page.locator(ready).first().waitFor({ state: 'attached' })
  expect(`${path} ${look}: wider than the window`, await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
  await page.evaluate(axe)
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
  for (const violation of found.violations) {
    troubles.push(`${path} ${look}: ${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)
  }
  await page.close()
}
