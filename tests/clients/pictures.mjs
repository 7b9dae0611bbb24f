// Pictures of every page: light and dark, Spanish and English, wide and as on a phone. Usage: node pictures.mjs FOLDER DEMO-URL SETUP-LINK [NAME…]
import { chromium } from 'playwright-core'
import { fail } from './arguments.mjs'

const [folder, demo, setup, ...only] = process.argv.slice(2)
if (!folder || !demo || !setup) {
  fail('usage: node pictures.mjs FOLDER DEMO-URL SETUP-LINK [NAME…]')
}
const looks = {
  'light-es': { colorScheme: 'light', locale: 'es-MX', viewport: { width: 1440, height: 900 } },
  'dark-en': { colorScheme: 'dark', locale: 'en-US', viewport: { width: 1440, height: 900 } },
  'phone-en': { colorScheme: 'light', locale: 'en-US', viewport: { width: 390, height: 844 } },
  'phone-dark-es': { colorScheme: 'dark', locale: 'es-MX', viewport: { width: 390, height: 844 } },
}
/** A page longer than this is cut: what it looks like is known by then. */
const tallest = 3_200

const pages = {
  home: '/', customers: '/customers?known=yes', customer: '/customers/CUSTOMER', 'nobody-found': '/customers?query=nobody-at-all',
  segments: '/segments', segment: '/segments/SEGMENT', lifecycles: '/lifecycles', lifecycle: '/lifecycles/customer', 'lifecycle-versions': '/lifecycles/customer/history',
  map: '/map', sources: '/sources', schema: '/sources/schema', aliases: '/sources/aliases', rejected: '/sources/rejected', identities: '/sources/identities', imports: '/sources/imports',
  numbers: '/numbers', number: '/numbers/nps', rows: '/numbers/nps/rows?by=month&period=MONTH', cohorts: '/cohorts',
  funnels: '/funnels?step=Subscription+Setup+Started&step=Grind+Selected&step=Delivery+Scheduled&step=Subscription+Started',
  revenue: '/revenue', rfm: '/revenue/rfm', acquisition: '/acquisition', costs: '/acquisition/costs',
  stage: '/stages/customer/acquisition', definitions: '/numbers/definitions', dashboards: '/dashboards', dashboard: '/dashboards/overview',
  goals: '/goals', 'goal-new': '/goals/new?metric=new_customers', alerts: '/alerts', alert: '/alerts/1', 'alert-new': '/alerts/new?metric=orders',
  sql: '/sql?example=orders.0', webhooks: '/settings/webhooks',
  kit: '/kit',
}
/** Of an empty workspace, where people sign in. */
const entered = { 'empty-home': '/', start: '/start', users: '/settings/users', keys: '/settings/keys', audit: '/settings/audit', account: '/account', 'empty-customers': '/customers' }

const chosen = (list) => Object.entries(list).filter(([name]) => only.length === 0 || only.includes(name))
const troubles = []
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const first = await browser.newPage()
  const href = async (path, links) => {
    await first.goto(demo + path, { waitUntil: 'networkidle' })
    return (await first.locator(links).first().getAttribute('href', { timeout: 5_000 }).catch(() => null))?.split('?')[0].split('/')[2]
  }
  const customer = await href('/customers?stage=customer%3Aengagement', 'main tbody a[href^="/customers/"]')
  const segment = await href('/segments', 'main a[href^="/segments/"]')
  const past = new Date()
  past.setUTCDate(0)
  const month = past.toISOString().slice(0, 7) + '-01'
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext(options)
    for (const [name, path] of chosen(pages)) {
      await picture(context, demo + path.replace('MONTH', month).replace('CUSTOMER', customer).replace('SEGMENT', segment), `${name}.${look}`)
    }
    await context.close()
  }
  if (chosen(entered).length > 0 || only.includes('setup')) {
    await withAccount()
  }
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}

async function withAccount() {
  const origin = new URL(setup).origin
  const context = await browser.newContext(looks['light-es'])
  for (const [look, options] of Object.entries(looks)) {
    const stranger = await browser.newContext(options)
    await picture(stranger, setup, `setup.${look}`)
    await stranger.close()
  }
  const page = await context.newPage()
  await page.goto(setup)
  for (const box of await page.locator('form input:visible').all()) {
    const type = await box.getAttribute('type')
    await box.fill(type === 'password' ? 'lápiz montaña viola tren 42' : type === 'email' ? 'ana@example.com' : 'Ana Ortiz')
  }
  await page.locator('form button[type=submit]').first().click()
  await page.waitForURL((at) => !at.pathname.startsWith('/setup'))
  const storageState = await context.storageState()
  // The session alone: each look chooses its own language.
  storageState.cookies = storageState.cookies.filter((cookie) => !cookie.name.includes('lang'))
  for (const [look, options] of Object.entries(looks)) {
    const stranger = await browser.newContext(options)
    await picture(stranger, `${origin}/signin`, `signin.${look}`)
    await stranger.close()
    const member = await browser.newContext({ ...options, storageState })
    for (const [name, path] of chosen(entered)) {
      await picture(member, origin + path, `${name}.${look}`)
    }
    await member.close()
  }
}

async function picture(context, url, name) {
  const page = await context.newPage()
  try {
    const answer = await page.goto(url, { waitUntil: 'load' })
    // A page with a stream of events never rests, so what loads later is waited for by its signs.
    await page.waitForFunction(() => !document.querySelector('.htmx-request, .c-skel'), null, { timeout: 15_000 }).catch(() => {})
    await page.waitForTimeout(700)
    if (answer.status() !== 200) {
      troubles.push(`${url} is answered with ${answer.status()}`)
      return
    }
    const height = Math.min(tallest, await page.evaluate(() => document.documentElement.scrollHeight))
    await page.setViewportSize({ width: page.viewportSize().width, height })
    await page.waitForTimeout(300)
    await page.screenshot({ path: `${folder}/${name}.jpg`, type: 'jpeg', quality: 72 })
  } finally {
    await page.close()
  }
}
