// The first run in a real Chromium: the setup link, an account, a key, an event that is seen arriving without a reload, a framework, the first
// stage filled. Usage: node firstrun.mjs URL SETUP_PATH
import { chromium } from 'playwright-core'
import { Analytics } from '@segment/analytics-node'
import { fail, isFault } from './arguments.mjs'

const [url, setup] = process.argv.slice(2)
if (!url || !setup) {
  fail('usage: node firstrun.mjs URL SETUP_PATH')
}
const troubles = []
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const context = await browser.newContext({ locale: 'es-MX', viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  page.on('console', (message) => isFault(message) && troubles.push(`console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(error.message))

  await page.goto(url + setup)
  const words = 'cuatro palabras sin relación'
  for (const [name, value] of [['name', 'Ana'], ['email', 'ana@example.com'], ['password', words], ['again', words]]) {
    if (await page.locator(`main input[name="${name}"]`).count()) {
      await page.fill(`main input[name="${name}"]`, value)
    }
  }
  await page.click('main button[type=submit]')
  await page.goto(`${url}/`)
  await page.click('main a[href="/start"]')

  await page.click('form[action="/start/key"] button')
  const key = (await page.textContent('#new-key')).trim()
  if (!key.startsWith('wk_')) {
    troubles.push(`the key reads ${key}`)
  }
  if (!(await page.textContent('#code-curl')).includes(key)) {
    troubles.push('the snippet lacks the key')
  }
  await page.click('[data-panel="snip-node"]')
  if (!(await page.isVisible('#code-node')) || await page.isVisible('#code-curl')) {
    troubles.push('the tab of Node shows another snippet')
  }

  const analytics = new Analytics({ writeKey: key, host: url, flushAt: 1 })
  analytics.on('error', fail)
  analytics.track({ userId: 'ana', event: 'Signed Up', properties: { plan: 'free' } })
  await analytics.closeAndFlush({ timeout: 20_000 })
  const arrived = page.locator('#arrived')
  await arrived.getByText('Signed Up').waitFor({ timeout: 15_000 })
  await arrived.getByText('plan: free').waitFor()

  await page.check('input[name="framework"][value="customer"]')
  await page.click('form[action="/start/framework"] button')
  await page.waitForLoadState('networkidle')
  const filled = await page.locator('#stages li').evaluateAll((rows) => rows.map((row) => Number(row.dataset.people)))
  if (filled.length !== 6 || filled[1] !== 1) {
    troubles.push(`after the framework the stages hold ${filled}`)
  }

  // A second person arrives while the page is open: the first stage fills without a reload.
  const second = new Analytics({ writeKey: key, host: url, flushAt: 1 })
  second.page({ anonymousId: 'visitor-1', name: 'Home' })
  await second.closeAndFlush({ timeout: 20_000 })
  await page.locator('#stages li[data-people="1"]').nth(1).waitFor({ timeout: 15_000 })
  await page.click('#stages a.btn-primary')
  await page.getByText('Conocimiento').first().waitFor()
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log('from the setup link to the first stage')
