// Every number of some pages, in a real Chromium: each opens into rows that add up to it. Usage: node numbers.mjs URL PATH…
import { chromium } from 'playwright-core'
import { fail } from './arguments.mjs'

const [url, ...paths] = process.argv.slice(2)
if (!url || paths.length === 0) {
  fail('usage: node numbers.mjs URL PATH…')
}
const troubles = []
/** The first number in a text, with how many decimals it was written and whether it is a share: $1,240.50 MXN is 1240.5 of two decimals. */
const numberIn = (text) => {
  const found = /[−-]?\$?[\d,]*\.?\d+/.exec(text.replace(/\s/g, ' '))?.[0].replace(/[$,]/g, '').replace('−', '-') ?? 'NaN'
  return { value: Number(found), decimals: found.split('.')[1]?.length ?? 0, isShare: /%/.test(text) }
}
const decode = (html) => html.replace(/&#x([0-9A-F]+);/gi, (_, code) => String.fromCodePoint(parseInt(code, 16))).replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll('&nbsp;', ' ')
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
let opened = 0
try {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const known = new Map()
  for (const path of paths) {
    await page.goto(url + path, { waitUntil: 'networkidle' })
    await page.waitForFunction(() => !document.querySelector('main [hx-trigger~="load"]'), null, { timeout: 60_000 })
    const links = await page.locator('main a.opens').evaluateAll((all) => all.map((one) => ({ href: one.href, text: one.textContent.trim() })))
    if (links.length === 0) {
      troubles.push(`${path}: no number opens`)
    }
    const unknown = [...new Set(links.map((link) => link.href))].filter((href) => !known.has(href))
    await Promise.all([0, 1, 2, 3].map(async (lane) => {
      for (let i = lane; i < unknown.length; i += 4) {
        known.set(unknown[i], await totalOf(context, unknown[i]))
      }
    }))
    for (const { href, text } of links) {
      const [shown, total] = [numberIn(text), known.get(href)]
      opened++
      // A share that opens into people opens into those whom it is a share of.
      const isSame = shown.isShare && !total.isShare ? total.value > 0 : Math.abs(shown.value - total.value) <= 0.51 / 10 ** Math.min(shown.decimals, total.decimals)
      if (!isSame) {
        troubles.push(`${path}: “${text}” opens into ${total.text} at ${href}`)
      }
    }
  }
} catch (error) {
  fail(error)
} finally {
  await browser.close()
}
if (troubles.length > 0) {
  fail(troubles.slice(0, 40).join('\n'))
}
console.log(`${opened} numbers open into what they count`)

/** What a page of rows or of people says that it holds. */
async function totalOf(context, href) {
  const answer = await context.request.get(href)
  const html = await answer.text()
  const heading = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)
  const text = decode(/data-total="([^"]*)"/.exec(heading?.[0] ?? '')?.[1] ?? heading?.[1] ?? '')
  return { ...numberIn(text), text: `${text.trim()} (${answer.status()})` }
}
