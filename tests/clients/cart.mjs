// A cart left behind, from the canvas to the mailbox and back: the journey is drawn, tested and published in a real Chromium; Segment's browser library unchanged tells of the cart, npm
// smtp-server is the mail service, mailauth the judge of the signature; then a click, an order that counts, a leaving by one click, and a second mail that is held back.
// Usage: node cart.mjs URL SESSION WRITE_KEY SECRET_KEY SMTP_PORT DKIM_NAME DKIM_RECORD   (SESSION: NAME=VALUE of the cookie of somebody who is signed in)
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { chromium } from 'playwright-core'
import { SMTPServer } from 'smtp-server'
import { fail, isFault } from './arguments.mjs'

const [url, session, writeKey, secretKey, port, dkimName, dkimRecord] = process.argv.slice(2)
if (!dkimRecord) {
  fail('usage: node cart.mjs URL SESSION WRITE_KEY SECRET_KEY SMTP_PORT DKIM_NAME DKIM_RECORD')
}
const troubles = []
const expect = (what, holds) => holds || troubles.push(what)

// What opens links without a screen is no person, and would be counted apart.
const person = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const mails = []
const mailbox = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, done) {
    const chunks = []
    stream.on('data', (chunk) => chunks.push(chunk))
    stream.on('end', () => {
      mails.push({ to: session.envelope.rcptTo.map((one) => one.address), raw: Buffer.concat(chunks) })
      done(null, 'queued')
    })
  },
})
mailbox.listen(Number(port), '127.0.0.1')

const bundle = await build({
  stdin: { contents: "export { AnalyticsBrowser } from '@segment/analytics-next'", resolveDir: new URL('.', import.meta.url).pathname },
  bundle: true, write: false, format: 'iife', globalName: 'segment', define: { 'process.env.NODE_ENV': '"production"' }, logLevel: 'error',
})
const shop = createServer((request, response) => {
  const isScript = request.url === '/shop.js'
  response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8')
  response.end(isScript ? bundle.outputFiles[0].text : '<!doctype html><title>Shop</title><link rel="icon" href="data:,"><script src="/shop.js"></script>')
})
await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${shop.address().port}`

const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const page = await (await browser.newContext({ locale: 'en-US', userAgent: person })).newPage()
  page.on('pageerror', (error) => troubles.push(error.message))
  await page.goto(origin)
  await page.evaluate(async ([url, writeKey]) => {
    const [analytics] = await window.segment.AnalyticsBrowser.load({ writeKey, cdnURL: url }, { integrations: { 'Segment.io': {} } })
    window.analytics = analytics
    await analytics.identify('ana', { email: 'Ana@Example.com', first_name: 'Ana' }, { context: { consent: { categoryPreferences: { marketing: true } } } })
    await analytics.track('Segment Consent Preference Updated', {}, { context: { consent: { categoryPreferences: { marketing: true } } } })
  }, [url, writeKey])
  const track = (name, properties) => page.evaluate(([name, properties]) => window.analytics.track(name, properties), [name, properties])
  const cart = { cart_url: `${origin}/cart?id=7&from=mail`, products: [{ name: 'Café de olla', price: 12.5, image_url: `${origin}/a.png`, url: `${origin}/olla` }] }

  const [cookie, value] = session.split('=')
  const inside = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 1000 } })
  await inside.addCookies([{ name: cookie, value, url }])
  const desk = await inside.newPage()
  desk.on('console', (message) => isFault(message) && troubles.push(`console says ${message.text()}`))
  desk.on('pageerror', (error) => troubles.push(error.message))
  await draw(desk)
  await rehearse(desk)
  await publish(desk)

  await track('Product Added', cart)
  const mail = await until('the mail', () => mails[0])
  const text = mail.raw.toString('utf8')
  const [head, ...body] = text.split('\r\n\r\n')
  const header = (name) => head.replace(/\r\n[ \t]+/g, ' ').split('\r\n').find((line) => line.toLowerCase().startsWith(name + ':'))?.slice(name.length + 1).trim() ?? ''
  expect(`it goes to ana: ${mail.to}`, mail.to.join().toLowerCase() === 'ana@example.com')
  expect(`it says who it is for: ${header('subject')}`, /Ana/.test(header('subject')))
  const leave = /<(https?:[^>]+)>/.exec(header('list-unsubscribe'))?.[1]
  expect(`one leaves by one click: ${header('list-unsubscribe')}`, Boolean(leave) && /mailto:/.test(header('list-unsubscribe')))
  expect('by POST', header('list-unsubscribe-post') === 'List-Unsubscribe=One-Click')
  expect(`it is automatic: ${header('auto-submitted')}`, header('auto-submitted') === 'auto-generated')
  expect('it has an id, a list and a date', /^<msg_.+@.+>$/.test(header('message-id')) && header('list-id') !== '' && header('date') !== '')
  expect('it has a text and a page', /multipart\/alternative/.test(header('content-type')) && /text\/plain/.test(text) && /text\/html/.test(text))
  const verified = await dkimVerify(mail.raw, { resolver: async (name, type) => {
    if (name !== dkimName || type !== 'TXT') {
      throw Object.assign(new Error('no such record'), { code: 'ENOTFOUND' })
    }
    return [[dkimRecord]]
  } })
  expect(`its signature is valid: ${verified.results.map((one) => one.status.result)}`, verified.results.length === 1 && verified.results[0].status.result === 'pass')

  const html = decode(body.join('\r\n\r\n'))
  expect('it shows what was left', html.includes('Café de olla'))
  const link = /href="([^"]*\/c\/[^"]+)"[^>]*>(?:(?!<a ).)*Back to my cart/s.exec(html)?.[1] ?? [...html.matchAll(/href="([^"]*\/c\/[^"]+)"/g)].map((one) => one[1]).pop()
  // A scanner follows links at once; a person takes a moment.
  await page.waitForTimeout(2_500)
  await page.goto(link.replaceAll('&amp;', '&'))
  expect(`the link leads to the shop: ${page.url()}`, page.url().startsWith(origin))
  await page.goto(origin)
  await page.evaluate(async ([url, writeKey]) => {
    const [analytics] = await window.segment.AnalyticsBrowser.load({ writeKey, cdnURL: url }, { integrations: { 'Segment.io': {} } })
    window.analytics = analytics
  }, [url, writeKey])
  await track('Order Completed', { order_id: 'o-1', revenue: 12.5, total: 12.5, currency: 'MXN' })
  await until('the click', async () => (await messages()).find((one) => one.clicked_at))

  const left = await fetch(leave, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click', redirect: 'manual' })
  expect(`one click answers 200: ${left.status}`, left.status === 200)
  await track('Product Added', { ...cart, cart_url: `${origin}/cart?id=8` })
  const held = await until('the message that is held back', async () => (await messages()).find((one) => one.state === 'held_back'))
  expect(`it says why: ${held.reason}`, ['suppressed', 'no_consent', 'unsubscribed', 'withdrawn', 'consent_withdrawn'].includes(held.reason))
  expect(`one mail and no more: ${mails.length}`, mails.length === 1)
  await counted(desk)
} catch (error) {
  fail([...troubles, error.stack ?? error].join('\n'))
} finally {
  await browser.close()
  mailbox.close()
  shop.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log('drawn, tested, published, written to, clicked, bought, left, counted')
process.exit(0)

/** A trigger, a goal, a wait, a mail and a rest, by hand on an empty canvas. */
async function draw(desk) {
  await desk.goto(`${url}/journeys/new`)
  await desk.getByLabel('Name').fill('Abandoned cart')
  await desk.getByRole('button', { name: 'Open the canvas' }).click()
  const side = desk.locator('.jn-side')
  await side.getByLabel('Event', { exact: true }).fill('Product Added')
  await desk.locator('.jn-plus').first().click()
  await side.getByRole('button', { name: 'Wait for a time' }).click()
  await side.getByLabel('How long', { exact: true }).fill('2')
  await side.getByLabel('How long: Unit').selectOption('h')
  await desk.locator('.jn-plus').last().click()
  await side.getByRole('button', { name: 'Send a message' }).click()
  await side.getByLabel('Template').selectOption('abandoned-cart')
  await desk.locator('[data-step="send"]').getByText(/cart/i).first().waitFor()
  await desk.locator('.jn-plus').last().click()
  await side.getByRole('button', { name: 'Wait for a time' }).click()
  await desk.locator('[data-step="end"]').click()
  await side.getByLabel('It has a goal').check()
  await desk.locator('[data-step="end"]').getByText('Order Completed').waitFor()
  await desk.locator('[data-jn-saved]').getByText('Kept as a draft').waitFor()
}

/** The test run says what would happen to Ana, hour by hour, and sends nothing. */
async function rehearse(desk) {
  await desk.locator('details[data-jn-try] summary', { hasText: 'Test' }).click()
  await desk.getByLabel('Who goes through it').fill('ana')
  await desk.getByLabel('Event 1', { exact: true }).fill('Order Completed')
  await desk.getByLabel('How long after the entry, 1').fill('3h')
  await desk.getByRole('button', { name: 'Run in virtual time' }).click()
  await desk.locator('.jn-course li').last().waitFor()
  const course = await desk.locator('.jn-course li').allInnerTexts()
  expect(`the test waits, writes, and ends at the goal: ${course.join(' | ')}`, course.length === 4 && /2 h/.test(course[0]) && /Abandoned cart/.test(course[1]) && /goal/i.test(course[3]))
  expect('nothing was sent by a test', mails.length === 0 && (await messages()).length === 0)
  await desk.locator('details[data-jn-try][open] > summary').click()
}

/** The two hours become two seconds in the text, so that the test need not wait them; then it is in force. */
async function publish(desk) {
  await desk.locator('.jn-bar').getByRole('button', { name: 'YAML' }).click()
  const text = desk.getByLabel('The journey in YAML')
  const yaml = await text.inputValue()
  expect(`the text holds what was drawn: ${yaml}`, /wait: '?2h'?/.test(yaml))
  await text.fill(yaml.replace(/wait: '?2h'?/, 'wait: 2s'))
  await desk.locator('[data-jn-saved]').getByText('Kept as a draft').waitFor()
  await desk.locator('#jn-publish summary').click()
  await desk.getByLabel('Why, for the history').fill('First')
  await desk.getByRole('button', { name: 'Publish now' }).click()
  await desk.waitForURL(/\/journeys\/abandoned-cart$/)
}

/** The canvas shows one conversion of two entries, and why the second mail did not go. */
async function counted(desk) {
  await desk.goto(`${url}/journeys/abandoned-cart`)
  const goal = desk.locator('.react-flow [data-id="end"]')
  await goal.getByText('1 reached it').waitFor()
  expect('half of those who entered bought', /50\s?%/.test(await goal.innerText()))
  await desk.locator('[data-step="send"]').click()
  const side = await desk.locator('.jn-side').innerText()
  expect(`the step tells who was not written to, and why: ${side}`, /Held back · The consent was withdrawn\s+1/.test(side))
  await desk.screenshot({ path: process.env.CICLO_SHOT ?? '/dev/null', type: 'png' })
}

async function messages() {
  const answer = await fetch(`${url}/api/v1/messages`, { headers: { authorization: `Bearer ${secretKey}` } })
  if (answer.status !== 200) {
    throw new Error(`/api/v1/messages answers ${answer.status}: ${await answer.text()}`)
  }
  return (await answer.json()).data
}

async function until(what, find) {
  for (let tries = 0; tries < 150; tries++) {
    const found = await find()
    if (found) {
      return found
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`no sign of ${what} in 15 s: ${JSON.stringify(await messages())}`)
}

// The parts of the message, read as quoted-printable.
function decode(text) {
  return Buffer.from(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8')
}
