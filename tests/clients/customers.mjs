// Work with customers in a real Chromium: found by keyboard, followed live, joined and separated, edited, noted, filtered by a rule.
// Usage: node customers.mjs URL KEY, over people who were sent before: rosa-1 with an order, and rosa-2.
import { chromium } from 'playwright-core'
import { fail } from './arguments.mjs'

const [url, key] = process.argv.slice(2)
if (!url || !key) {
  fail('usage: node customers.mjs URL KEY')
}
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } })
const page = await context.newPage()
const troubles = []
page.on('pageerror', (error) => troubles.push(error.message))
page.on('console', (message) => message.type() === 'error' && troubles.push(`console says ${message.text()}`))

async function send(event) {
  const answer = await fetch(`${url}/v1/${event.type}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, body: JSON.stringify(event),
  })
  if (answer.status !== 200) {
    throw new Error(`the event was answered ${answer.status}`)
  }
}

const holds = (what, is) => is || troubles.push(what)
const text = (selector) => page.locator(selector).first().innerText()

/** By keyboard alone: search, the second of the suggestions, back to the first, Enter. */
async function findByKeyboard() {
  await page.goto(`${url}/customers`, { waitUntil: 'load' })
  await page.keyboard.press('Control+k')
  await page.keyboard.type('rosa nunez')
  await page.locator('#suggest [role="option"]').first().waitFor()
  holds('the search box says that there are suggestions', await page.locator('#q').getAttribute('aria-expanded') === 'true')
  await page.keyboard.press('Escape')
  holds('Escape closes the suggestions', await page.locator('#suggest [role="option"]').count() === 0)
  await page.keyboard.press('Backspace')
  await page.locator('#suggest [role="option"]').first().waitFor()
  await page.keyboard.press('ArrowDown')
  holds('the arrow chooses', await page.locator('#suggest [aria-selected="true"]').count() === 1)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/customers\/prf_/)
  holds('the name without its accents leads to Rosa', await text('h1') === 'Rosa Núñez')
}

async function findByEmailAndPhone() {
  for (const query of ['rosa@correo.example', '55 4417 0926']) {
    await page.goto(`${url}/customers?query=${encodeURIComponent(query)}`, { waitUntil: 'load' })
    holds(`${query} finds Rosa alone`, (await text('h1')).startsWith('1 person') && (await text('.c-table tbody th')).includes('Rosa Núñez'))
  }
  await page.locator('.c-table tbody th a').first().click()
  await page.waitForURL(/\/customers\/prf_/)
}

/** What is sent shows without loading the page again, what was opened stays open, and the stage moves on with it. */
async function followLive() {
  await page.locator('[data-live-sign][data-is="live"]').waitFor()
  await page.evaluate(() => { window.isTheSamePage = true })
  const details = page.locator('#c-line details[data-keep]').first()
  await details.locator('summary').click()
  const kept = await details.getAttribute('data-keep')
  const begun = performance.now()
  await send({ type: 'track', userId: 'rosa-1', event: 'Product Added', properties: { name: 'Chiapas 500 g', price: 289, currency: 'MXN' } })
  await page.locator('#c-line', { hasText: 'Chiapas 500 g' }).waitFor({ timeout: 5_000 })
  const took = Math.round(performance.now() - begun)
  holds(`the event shows within a second, not ${took} ms`, took < 1_000)
  holds('the page was not loaded again', await page.evaluate(() => window.isTheSamePage === true))
  await page.waitForFunction((id) => document.querySelector(`details[data-keep="${id}"]`)?.open, kept, { timeout: 2_000 }).catch(() => troubles.push('what was opened stays open'))
  return took
}

async function noteAndTag() {
  await page.locator('#note').fill('Prefers to be called in the morning')
  await page.locator('form[action$="/notes"] button').click()
  await page.waitForURL(/done=note/)
  holds('the note is on the timeline', (await text('#c-line')).includes('Prefers to be called in the morning'))
  await page.locator('#tag').fill('calls early')
  await page.locator('form[action$="/tags"] button').click()
  await page.waitForURL(/done=tagged/)
  await page.locator('#c-head a.c-tag', { hasText: 'calls early' }).click()
  await page.waitForURL(/tag=calls/)
  holds('the tag leads to who carries it', (await text('h1')).startsWith('1 person'))
  await page.locator('.c-table tbody th a').first().click()
}

async function editTrait() {
  await page.locator('#t-known').locator('..').locator('..').locator('a', { hasText: 'Edit' }).click()
  await page.waitForURL(/\/traits$/)
  await page.getByLabel('city', { exact: true }).fill('Oaxaca')
  await page.getByRole('button', { name: 'See what changes' }).click()
  holds('old and new are seen first', (await text('.c-change')).includes('Puebla') && (await text('.c-change')).includes('Oaxaca'))
  await page.getByRole('button', { name: 'Change them' }).click()
  await page.waitForURL(/done=traits/)
  holds('the trait is changed', (await text('.c-cust .w4')).includes('Oaxaca'))
}

async function mergeAndUndo() {
  const here = page.url().split('?')[0]
  await page.goto(`${here}/merge`, { waitUntil: 'load' })
  await page.locator('#query').fill('rosa.n@otro.example')
  await page.locator('main').getByRole('button', { name: 'Search' }).click()
  await page.getByRole('link', { name: 'See both' }).click()
  await page.waitForURL(/with=prf_/)
  holds('the joined one is seen first, with the ids of both', ['rosa-1', 'rosa-2'].every((id) => page.locator('.c-side-p--made', { hasText: id })))
  await page.getByRole('button', { name: 'Join them' }).click()
  await page.waitForURL(/done=merged/)
  holds('both user ids are of one customer', (await text('main')).includes('rosa-1') && (await text('main')).includes('rosa-2'))
  holds('notes follow the join', (await text('#c-line')).includes('Prefers to be called in the morning'))
  await page.goto(`${page.url().split('?')[0]}/separate`, { waitUntil: 'load' })
  await page.getByRole('link', { name: 'Undo this join' }).first().click()
  holds('two parts are seen first', await page.locator('.c-side-p--made').count() === 2)
  await page.getByRole('button', { name: 'Separate them' }).click()
  await page.waitForURL(/done=separated/)
  await page.goto(`${url}/customers?query=rosa`, { waitUntil: 'load' })
  holds('they are two again', (await text('h1')).startsWith('2 people'))
}

async function filterByRule() {
  await page.goto(`${url}/customers`, { waitUntil: 'load' })
  await page.locator('summary', { hasText: 'More conditions' }).click()
  await page.locator('#rule').fill('count("Order Completed" >= 1')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.locator('#mistake').waitFor()
  holds('the place of the mistake is told', (await text('#mistake')).includes('Line 1, column'))
  await page.locator('#rule').fill('count("Order Completed") >= 1')
  await page.locator('#trait_name').fill('city')
  await page.locator('#trait_value').fill('Oaxaca')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.locator('.c-table tbody th', { hasText: 'Rosa Núñez' }).waitFor({ timeout: 10_000 })
  holds('only Rosa fits', (await text('h1')).startsWith('1 person'))
  await page.getByRole('link', { name: 'Remove: city is Oaxaca' }).click()
  await page.locator('.c-table tbody th').nth(1).waitFor({ timeout: 10_000 })
}

try {
  await findByKeyboard()
  await findByEmailAndPhone()
  const took = await followLive()
  await noteAndTag()
  await editTrait()
  await mergeAndUndo()
  await filterByRule()
  if (troubles.length === 0) {
    console.log(`customers: live after ${took} ms`)
  }
} catch (error) {
  troubles.push(`${error.message} (at ${page.url()})`)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
