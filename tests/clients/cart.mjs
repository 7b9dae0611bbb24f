// A cart left behind, from the browser to the mailbox and back: Segment's browser library unchanged in a real Chromium, npm smtp-server as the mail service, mailauth as the judge of
// the signature. Usage: node cart.mjs URL WRITE_KEY SECRET_KEY SMTP_PORT DKIM_NAME DKIM_RECORD
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { chromium } from 'playwright-core'
import { SMTPServer } from 'smtp-server'
import { fail } from './arguments.mjs'

const [url, writeKey, secretKey, port, dkimName, dkimRecord] = process.argv.slice(2)
if (!dkimRecord) {
  fail('usage: node cart.mjs URL WRITE_KEY SECRET_KEY SMTP_PORT DKIM_NAME DKIM_RECORD')
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
console.log('written to, clicked, bought, left')
process.exit(0)

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
