// The first five minutes on the demo shop, in a real Chromium: Home says first that fewer people get through the planted step of onboarding, and that the planted
// campaign costs more than it brings; the step's drivers name what was planted; LTV:CAC shows the campaign. Usage: node story.mjs URL FROM TO CAMPAIGN TRAIT…
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url, from, to, campaign, ...traits] = process.argv.slice(2)
if (!url || !campaign || traits.length === 0) {
  fail('usage: node story.mjs URL FROM TO CAMPAIGN TRAIT…')
}
const troubles = []
const expect = (what, holds) => holds || troubles.push(what)
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  page.on('console', (message) => isFault(message) && troubles.push(`console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(error.message))
  const began = Date.now()
  let clicks = 0

  await page.goto(`${url}/`, { waitUntil: 'networkidle' })
  const matters = page.locator('section[aria-labelledby="t-att"] li')
  await matters.filter({ hasText: campaign }).waitFor({ timeout: 60_000 })
  const first = matters.first()
  expect(`the first matter is the step from ${from} to ${to}: ${await first.textContent()}`, (await first.textContent()).includes(from) && (await first.textContent()).includes(to))
  const position = (await matters.allTextContents()).findIndex((text) => text.includes(campaign))
  expect(`the campaign stands among the first three, not at ${position + 1}`, position >= 0 && position < 3)
  expect('customers at risk are told with the money that hangs on them', (await matters.allTextContents()).some((text) => /at risk/.test(text) && /\$[\d,]+/.test(text)))

  await first.getByRole('link', { name: 'See what they have in common' }).click()
  clicks++
  await page.locator('#t-dr').waitFor({ timeout: 60_000 })
  const drivers = await page.locator('section[aria-labelledby="t-dr"] tbody tr').allTextContents()
  for (const trait of traits) {
    const place = drivers.findIndex((text) => text.includes(trait))
    expect(`“${trait}” is among the first three drivers, not at ${place + 1}: ${drivers.slice(0, 4).join(' | ')}`, place >= 0 && place < 3)
  }

  await page.goto(`${url}/`, { waitUntil: 'networkidle' })
  await matters.filter({ hasText: campaign }).waitFor({ timeout: 60_000 })
  await matters.filter({ hasText: campaign }).getByRole('link', { name: 'See the channels' }).click()
  clicks++
  await page.locator('#t-paying').waitFor({ timeout: 60_000 })
  const worst = page.locator('.c-pay li').first()
  expect('the campaign is the worst by LTV:CAC', (await worst.textContent()).includes(campaign) && (await worst.getAttribute('class')) === 'bad')
  console.log(`told in ${clicks} clicks, ${((Date.now() - began) / 1000).toFixed(1)} s`)
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
