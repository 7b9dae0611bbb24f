// The pages of strangers in a real Chromium: the meter of a new password says what the server would, what is typed can be shown, light and dark and
// the language change, and nothing is serious for axe-core. Usage: node signin.mjs URL SETUP_PATH PASSWORDS, a JSON list of [password, level].
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url, setup, passwords] = process.argv.slice(2)
if (!url || !setup || !passwords) {
  fail('usage: node signin.mjs URL SETUP_PATH PASSWORDS')
}
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const troubles = []
const expect = (what, holds) => holds || troubles.push(what)
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  for (const look of [{ colorScheme: 'light', locale: 'es-MX', viewport: { width: 1280, height: 900 } }, { colorScheme: 'dark', locale: 'en-US', viewport: { width: 360, height: 780 } }]) {
    const context = await browser.newContext(look)
    for (const path of [setup, '/signin']) {
      await sound(context, path, look.locale)
    }
    await context.close()
  }
  await meter()
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log('sound')

function watch(page, where) {
  page.on('console', (message) => isFault(message) && troubles.push(`${where}: console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(`${where}: ${error.message}`))
  page.on('request', (request) => request.url().startsWith(url) || request.url().startsWith('data:') || troubles.push(`${where}: a request to ${request.url()}`))
}

async function sound(context, path, look) {
  const page = await context.newPage()
  watch(page, `${path} ${look}`)
  await page.goto(url + path, { waitUntil: 'networkidle' })
  expect(`${path} ${look}: wider than the window`, await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
  await page.evaluate(axe)
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
  for (const violation of found.violations) {
    troubles.push(`${path} ${look}: ${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)
  }
  await page.close()
}

async function meter() {
  const context = await browser.newContext({ colorScheme: 'light', locale: 'en-US', viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  watch(page, 'setup')
  await page.goto(url + setup, { waitUntil: 'networkidle' })
  expect('nothing is said before anything is typed', await page.locator('[data-strength]').isHidden())
  for (const [password, level] of JSON.parse(passwords)) {
    await page.fill('#password', password)
    const said = await page.locator('[data-strength]').getAttribute('data-level')
    expect(`"${password}" is ${level} for the server and ${said} on the page`, said === level)
  }
  await page.fill('#password', 'short')
  expect('what is missing is counted', (await page.locator('[data-says]').textContent()).endsWith(': 7'))
  const show = page.locator('[data-show="password"]')
  await show.focus()
  await page.keyboard.press('Enter')
  expect('what is typed can be shown by keyboard', await page.locator('#password').getAttribute('type') === 'text')
  expect('the button says that it is shown', await show.getAttribute('aria-pressed') === 'true')
  await page.locator('[data-theme-switch]').click()
  expect('the theme changes', await page.evaluate(() => document.documentElement.dataset.bsTheme === 'dark'))
  await page.locator('a[hreflang="es"]').click()
  await page.waitForLoadState('networkidle')
  expect('the language changes on the page itself', (await page.locator('h1').textContent()) === 'Tu cuenta, la primera')
  expect('the theme stays', await page.evaluate(() => document.documentElement.dataset.bsTheme === 'dark'))
  await context.close()
}
