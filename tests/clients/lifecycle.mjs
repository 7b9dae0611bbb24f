// Lifecycles and segments as a person works with them: a mistake is marked in place, its mend brings live counts; a simulation opens into
// its movers; applying with a reason makes a version, and one goes back to the one before. A segment is made by a form, seen as text and
// back, previewed and put in force. Usage: node lifecycle.mjs URL LIFECYCLE
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url, lifecycle] = process.argv.slice(2)
if (!url || !lifecycle) {
  fail('usage: node lifecycle.mjs URL LIFECYCLE')
}
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
const troubles = []
try {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 1000 } })
  const page = await context.newPage()
  page.on('console', (message) => isFault(message) && troubles.push(`console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(error.message))
  await defineAndApply(page)
  await goBack(page)
  await segment(page)
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log('defined, simulated, applied, went back; a segment by form and text')

function expect(what, holds) {
  if (!holds) {
    throw new Error(`It does not hold that ${what}.`)
  }
}

/** Writes into the editor as a person does: everything selected, then typed over. */
async function write(page, change) {
  const content = page.locator('.cm-content')
  await content.waitFor()
  const text = await page.locator('textarea#text').inputValue()
  const next = change(text)
  expect('the change changes something', next !== text)
  await content.click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(next)
}

async function defineAndApply(page) {
  await page.goto(`${url}/lifecycles/${lifecycle}`, { waitUntil: 'networkidle' })
  await write(page, (text) => text.replace('count("Order Completed") >= 1', 'count("Order Completed", 90) >= 1'))
  const finding = page.locator('[data-findings] li.is-error')
  await finding.first().waitFor()
  expect('the mistake is told with its place and words', /Line \d+, column \d+\..*duration/.test(await finding.first().textContent()))
  expect('it is marked in the text', (await page.locator('.cm-lintRange-error').count()) > 0)
  await page.locator('.cm-content').click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('F8')
  await finding.first().getByRole('button', { name: 'Change to 90d' }).click()
  await page.locator('#lc-picture .c-lc .n').first().waitFor()
  await page.locator('#lc-simulation [data-lc-apply]').waitFor()
  expect('the mend left no error', (await finding.count()) === 0)
  await page.waitForFunction(() => document.querySelector('.lc-cm').shadowRoot.querySelectorAll('.cm-people .cm-gutterElement').length > 1)
  await write(page, (text) => text.replace('> 60d', '> 0d'))
  await page.locator('#lc-movers tbody tr').first().waitFor()
  expect('movers open the customer', /\/customers\/prf_/.test(await page.locator('#lc-movers tbody th a').first().getAttribute('href')))
  await page.locator('#lc-simulation a.opens').first().click()
  await page.locator('#lc-movers .c-sub').waitFor()
  await page.locator('#reason').fill('A day is long enough here.')
  await page.locator('[data-lc-apply]').click()
  await page.waitForURL(/history\?version=2/)
  expect('the history has the reason', (await page.locator('main').textContent()).includes('A day is long enough here.'))
  expect('and what changed', (await page.locator('.lc-diff .is-new').count()) > 0)
}

async function goBack(page) {
  await page.getByRole('link', { name: 'v1', exact: true }).click()
  await page.getByRole('button', { name: 'Go back to v1' }).click()
  await page.waitForURL(new RegExp(`/lifecycles/${lifecycle}$`))
  await page.locator('#lc-simulation [data-lc-apply]').waitFor()
  expect('the reason is filled in', (await page.locator('#reason').inputValue()) === 'Back to v1.')
  await page.locator('[data-lc-apply]').click()
  await page.waitForURL(/history\?version=3/)
}

async function segment(page) {
  await page.goto(`${url}/segments`, { waitUntil: 'networkidle' })
  await page.locator('main #id').fill('known-visitors')
  await page.getByRole('button', { name: 'Open the draft' }).click()
  await page.waitForURL(/segments\/known-visitors$/)
  await page.locator('#sg-preview .c-sub').waitFor()
  await page.selectOption('[id="0.0.kind"]', 'trait')
  await page.locator('#sg-form code', { hasText: 'traits.email != null' }).waitFor()
  await page.getByRole('button', { name: 'Add a condition' }).click()
  await page.locator('[id="1.0.kind"]').waitFor()
  await page.locator('#sg-form code', { hasText: 'traits.email != null and count("Order Completed") >= 1' }).waitFor()
  await page.locator('#sg-preview h2', { hasText: '1 person' }).waitFor()
  await page.goto(`${url}/segments/known-visitors?as=text`, { waitUntil: 'networkidle' })
  expect('the text says what the form said', (await page.locator('textarea#text').inputValue()).includes('traits.email != null and count("Order Completed") >= 1'))
  await page.getByRole('link', { name: 'Form' }).click()
  expect('the form says it again', (await page.locator('[id="1.0.kind"]').inputValue()) === 'did')
  await page.locator('#reason').fill('To write to them.')
  await page.locator('[data-lc-apply]').click()
  await page.waitForURL(/history\?version=1/)
  await page.goto(`${url}/segments?s=known-visitors&s=first-order`, { waitUntil: 'networkidle' })
  await page.locator('.lc-overlap tbody tr').first().waitFor()
}
