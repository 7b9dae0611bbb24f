// Dashboards in a real Chromium: one is made, filled from the catalogue with a preview, arranged by keyboard and by dragging, undone; every number of it and of
// those that are ready is clicked, and what it opens into adds up to it; a link shows the numbers to a stranger and opens none. Usage: node boards.mjs URL
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url] = process.argv.slice(2)
if (!url) {
  fail('usage: node boards.mjs URL')
}
const troubles = []
const expect = (what, holds) => holds || troubles.push(what)
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  page.on('console', (message) => isFault(message) && troubles.push(`console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(error.message))
  const cards = () => page.locator('[data-card]').evaluateAll((all) => all.map((one) => one.dataset.card))

  await page.goto(`${url}/dashboards`, { waitUntil: 'networkidle' })
  await page.fill('#name', 'Every month')
  await page.getByRole('button', { name: 'Make it' }).click()
  for (const [word, choice] of [['order', 'kind=bars&metric=revenue'], ['retention', 'kind=number&metric=crr'], ['mrr', 'kind=table&metric=mrr']]) {
    await page.getByRole('link', { name: 'Add a card' }).first().click()
    await page.getByLabel('Find a number').pressSequentially(word)
    await page.locator(`a[href$="${choice}"]`).click()
    await page.locator('#preview .c-card-h').waitFor({ timeout: 30_000 })
    await Promise.all([page.waitForNavigation({ waitUntil: 'networkidle' }), page.getByRole('button', { name: 'Put it on the dashboard' }).click()])
  }
  await page.getByRole('link', { name: 'Add a card' }).first().click()
  await page.locator('.c-ready a', { hasText: 'What moved MRR' }).click()
  await Promise.all([page.waitForNavigation({ waitUntil: 'networkidle' }), page.getByRole('button', { name: 'Put it on the dashboard' }).click()])
  const [a, b, c, d] = await cards()
  expect('four cards stand', d !== undefined)

  // By keyboard alone: the button is focused, pressed, and the card is found again afterwards.
  await page.locator(`[data-card="${a}"] button[value^="later:"]`).focus()
  await Promise.all([page.waitForNavigation({ waitUntil: 'networkidle' }), page.keyboard.press('Enter')])
  expect('the first went one on', (await cards()).join() === [b, a, c, d].join())
  expect('the keyboard goes on at the card', await page.evaluate(() => document.activeElement?.dataset.card) === a)
  await page.locator(`[data-card="${a}"] button[value^="wide:"]`).focus()
  await Promise.all([page.waitForNavigation({ waitUntil: 'networkidle' }), page.keyboard.press('Enter')])
  expect('it is as wide as the row', await page.locator(`[data-card="${a}"].b-wide`).count() === 1)

  const handle = await page.locator(`[data-card="${d}"] [data-handle]`).boundingBox()
  const first = await page.locator(`[data-card="${b}"]`).boundingBox()
  await page.mouse.move(handle.x + 8, handle.y + 8)
  await page.mouse.down()
  await page.mouse.move(first.x + 12, first.y + 20, { steps: 12 })
  await Promise.all([page.waitForNavigation({ waitUntil: 'networkidle' }), page.mouse.up()])
  expect('the last was dragged to the front', (await cards()).join() === [d, b, a, c].join())
  await Promise.all([page.waitForNavigation({ waitUntil: 'networkidle' }), page.getByRole('button', { name: 'Undo' }).click()])
  expect('and dragging was undone', (await cards()).join() === [b, a, c, d].join())

  await page.getByRole('link', { name: 'Done' }).click()
  const own = new URL(page.url()).pathname
  let opened = 0
  for (const path of [own, '/dashboards/overview', '/dashboards/revenue', '/dashboards/activation', '/dashboards/retention', '/dashboards/acquisition', '/dashboards/referral', '/dashboards/satisfaction']) {
    await page.goto(url + path, { waitUntil: 'networkidle' })
    const count = await page.locator('main a.opens').count()
    for (let i = 0; i < count; i++) {
      const link = page.locator('main a.opens').nth(i)
      const [shown, href] = [await link.textContent(), await link.getAttribute('href')]
      const answer = await context.request.get(url + href, { headers: { 'Accept-Language': 'en-US' } })
      const total = /data-total="([^"]*)"/.exec(await answer.text())?.[1].replaceAll('&#xA0;', ' ').replaceAll('&#x2212;', '−')
      expect(`${path}: ${shown} opens into ${total} (${answer.status()} ${href})`, answer.ok() && (shown === total || shown.startsWith(`${total} `)))
      opened++
    }
  }
  expect(`${opened} numbers opened`, opened > 40)
  await page.goto(url + own, { waitUntil: 'networkidle' })
  const visible = page.locator('main a.opens:visible').first()
  const says = await visible.textContent()
  await visible.click()
  expect('a click leads to the rows', await page.locator('[data-total]').getAttribute('data-total') === says)

  await page.goto(`${url}${own}/share`)
  await page.getByRole('button', { name: 'Make a link' }).click()
  const link = await page.locator('#new-link').textContent()
  const stranger = await (await browser.newContext({ locale: 'es-MX', viewport: { width: 360, height: 740 } })).newPage()
  await stranger.goto(link, { waitUntil: 'networkidle' })
  expect('a stranger sees the cards', await stranger.locator('.c-bc .c-t').count() >= 4)
  expect('and opens none', await stranger.locator('a.opens').count() === 0 && await stranger.locator('a[href^="/numbers"]').count() === 0)
  expect('and nothing is wider than the phone', await stranger.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  if (troubles.length > 0) {
    throw new Error(troubles.join('\n'))
  }
  console.log(`${opened} numbers opened`)
} catch (error) {
  fail(troubles.length > 0 ? `${troubles.join('\n')}\n${error.stack}` : error)
} finally {
  await browser.close()
}
