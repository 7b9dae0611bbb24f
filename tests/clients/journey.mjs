// A journey as a person draws it: an empty canvas, a trigger, a wait and a message; the text shows the same; a mistake is told at its step; undo; publish; it is in force, and
// an event is counted on the canvas by itself. Usage: node journey.mjs URL WRITE_KEY
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url, key] = process.argv.slice(2)
if (!url || !key) {
  fail('usage: node journey.mjs URL WRITE_KEY')
}
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
const troubles = []
try {
  const page = await (await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 1000 } })).newPage()
  page.on('console', (message) => isFault(message) && troubles.push(`console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(error.message))
  await draw(page)
  await write(page)
  await publish(page)
  await follow(page)
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log('drawn, written, published, followed')

function expect(what, holds) {
  if (!holds) {
    throw new Error(`It does not hold that ${what}.`)
  }
}

async function draw(page) {
  await page.goto(`${url}/journeys/new`)
  await page.getByLabel('Name').fill('Cart of the day')
  await page.getByRole('button', { name: 'Open the canvas' }).click()
  const side = page.locator('.jn-side')
  await side.getByLabel('Event', { exact: true }).fill('Product Added')
  await page.locator('.jn-plus').first().click()
  await side.getByRole('button', { name: 'Wait for a time' }).click()
  await side.getByLabel('How long', { exact: true }).fill('2')
  await side.getByLabel('How long: Unit').selectOption('h')
  await page.locator('[data-step="wait"]').getByText('Wait 2 h').waitFor()
  await page.locator('.jn-plus').last().click()
  await side.getByRole('button', { name: 'Branch by a rule' }).click()
  await side.getByLabel('Rule').fill('traits.email !')
  await page.locator('[data-step="if"] .jn-fault').waitFor()
  expect('the fault is told beside the step', (await side.locator('.lc-finds li.is-error').count()) > 0)
  await side.getByLabel('Rule').fill('traits.email != null')
  await page.locator('[data-spot="if/0/0"]').click()
  await side.getByRole('button', { name: 'Send a message' }).click()
  await side.getByLabel('Template').fill('abandoned-cart')
  await page.locator('[data-step="send"]').getByText('abandoned-cart').waitFor()
  await page.locator('[data-step="wait"]').click()
  await side.getByRole('button', { name: 'Delete' }).click()
  await page.locator('[data-step="wait"]').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.locator('[data-step="wait"]').waitFor()
}

async function write(page) {
  await page.locator('.jn-bar').getByRole('button', { name: 'YAML' }).click()
  const text = page.getByLabel('The journey in YAML')
  const yaml = await text.inputValue()
  expect('the text holds what was drawn', /wait: '?2h'?/.test(yaml) && yaml.includes('template: abandoned-cart') && yaml.includes('"Product Added"'))
  await text.fill(yaml.replace(/wait: '?2h'?/, 'wait: 3h'))
  await page.locator('[data-jn-saved]').getByText('Kept as a draft').waitFor()
  await page.locator('.jn-bar').getByRole('button', { name: 'Canvas' }).click()
  await page.locator('[data-step="wait"]').getByText('Wait 3 h').waitFor()
}

async function publish(page) {
  await page.locator('#jn-publish summary').click()
  await page.getByLabel('Why, for the history').fill('First')
  await page.getByRole('button', { name: 'Publish now' }).click()
  await page.waitForURL(/\/journeys\/cart-of-the-day$/)
}

async function follow(page) {
  await page.locator('[data-step="start"]').waitFor()
  const sent = await page.request.post(`${url}/v1/track`, {
    headers: { Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
    data: { userId: 'cart-1', event: 'Product Added', properties: { price: 20 }, messageId: 'cart-1-added' },
  })
  expect('the event is taken', sent.ok())
  await page.locator('.react-flow [data-id="wait"] .c-nd-f').getByText('1 waiting').waitFor()
  await page.locator('.react-flow [data-id="wait"] .c-nd-f a').last().click()
  await page.getByRole('link', { name: 'cart-1' }).waitFor()
}
