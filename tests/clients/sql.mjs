// The page of questions in a real Chromium: the editor completes and asks by keyboard, an answer is a table and a chart, a mistake is marked where it stands,
// a file comes down, and a question is saved, opened and deleted. Usage: node sql.mjs URL
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url] = process.argv.slice(2)
if (!url) {
  fail('usage: node sql.mjs URL')
}
const troubles = []
const expect = (what, holds) => holds || troubles.push(what)
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 }, acceptDownloads: true })
  const page = await context.newPage()
  page.on('console', (message) => isFault(message) && troubles.push(`console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(error.message))
  const write = async (text) => {
    await page.locator('.cm-content').click()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(text)
  }

  await page.goto(`${url}/sql`, { waitUntil: 'networkidle' })
  await write('SELECT kind, count(*) AS times FROM orders GROUP BY kind')
  await page.keyboard.press('Control+Enter')
  await page.locator('#t-answer').waitFor()
  expect('the answer is drawn', await page.locator('#answer canvas').waitFor({ timeout: 20_000 }).then(() => true, () => false))
  await page.getByRole('button', { name: 'Table' }).click()
  expect('and is a table', (await page.locator('#answer tbody tr').count()) === 2 && (await page.textContent('#answer thead')).includes('BIGINT'))

  await write('SELECT count(*)\nFROM order')
  await page.keyboard.type('_l')
  await page.locator('.cm-tooltip-autocomplete').waitFor()
  expect('views are completed', (await page.textContent('.cm-tooltip-autocomplete')).includes('order_lines'))
  await page.keyboard.press('Escape')
  await page.keyboard.type('ost')
  await page.keyboard.press('Control+Enter')
  await page.locator('#answer .ask-error').waitFor()
  expect('a mistake says where', (await page.textContent('#answer')).includes('Line 2, column 6'))
  expect('and is marked there', (await page.locator('.cm-lintRange-error').textContent()) === 'order_lost')

  await write('SELECT kind, count(*) AS times FROM orders GROUP BY kind')
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
  expect('a file comes down', file.suggestedFilename().endsWith('.csv'))

  await page.locator('summary', { hasText: 'Save' }).click()
  await page.fill('#name', 'Orders by kind')
  await page.getByRole('button', { name: 'Save for everybody here' }).click()
  await page.waitForURL(/\/sql\?q=/)
  await page.locator('#t-answer').waitFor()
  expect('a saved question opens with its answer', (await page.textContent('h1')).includes('Orders by kind'))
  await page.getByRole('link', { name: 'Delete Orders by kind' }).click()
  await page.getByRole('button', { name: 'Delete the question' }).click()
  await page.waitForURL(/\/sql$/)
  expect('a deleted one is gone', (await page.getByText('Orders by kind').count()) === 0)
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log('asked')
