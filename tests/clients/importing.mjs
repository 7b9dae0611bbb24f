// Importing by pointing in a real Chromium: a CSV with ; and Spanish headers is sent, its columns are recognised, one is corrected by pointing, the
// text follows, it is tried, imported, its people are in the list, and it is undone. Usage: node importing.mjs URL (of a server that lets this machine in)
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url] = process.argv.slice(2)
if (!url) {
  fail('usage: node importing.mjs URL')
}
const folder = await mkdtemp(join(tmpdir(), 'ciclo-importing-'))
const file = join(folder, 'Pedidos de octubre.csv')
const rows = ['Folio;Id Cliente;Correo Electrónico;Fecha de compra;Importe;Canal;Vendedor']
for (let i = 0; i < 40; i++) {
  rows.push(`F-${i};c-${i % 20};cliente${i % 20}@example.com;${String((i % 27) + 1).padStart(2, '0')}/10/2025;1.${200 + i},50;tienda;Zoë`)
}
rows.push('F-40;c-1;cliente1@example.com;31/02/2025;10,00;tienda;Zoë')
await writeFile(file, `${rows.join('\r\n')}\r\n`)

const troubles = []
const expect = (what, holds) => holds || troubles.push(what)
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const context = await browser.newContext({ locale: 'es-MX', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  page.on('console', (message) => isFault(message) && troubles.push(`console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(error.message))
  const text = () => page.inputValue('#map-text')
  const roles = () => page.locator('.c-point th select').evaluateAll((menus) => menus.map((menu) => menu.value))

  await page.goto(`${url}/sources/imports/new`, { waitUntil: 'networkidle' })
  await page.setInputFiles('#file', file)
  await page.click('form[data-upload] button')
  await page.waitForURL('**/sources/imports/files/upl_*')
  await page.waitForLoadState('networkidle')
  expect(`columns read as ${await roles()}`, (await roles()).join() === 'OrderId,UserId,Email,Date,Amount,Property,Property')
  expect('the date is read day first', (await page.inputValue('#format')) === 'd/M/yyyy')
  for (const part of ['delimiter: ";"', 'decimal: ","', 'event: Order Completed', 'user_id: Id Cliente', 'vendedor: Vendedor']) {
    expect(`the text says ${part}`, (await text()).includes(part))
  }

  // By pointing: the seller is left out, and the text follows.
  await page.locator('.c-point th select').nth(6).selectOption('Ignore')
  await page.waitForFunction(() => !document.getElementById('map-text').value.includes('vendedor'))
  // By the text: the channel gets another name, and the table follows.
  await page.fill('#map-text', (await text()).replace('canal: Canal', 'channel: Canal'))
  await page.click('.c-yaml button')
  await page.waitForFunction(() => document.querySelector('.c-point th input')?.value === 'channel')
  expect('what was left out stays so', (await roles())[6] === 'Ignore')

  await page.click('form[action$="/try"] button')
  await page.locator('#run .c-figs').waitFor({ timeout: 30_000 })
  const tried = await page.textContent('#run')
  for (const part of ['Order Completed', '41', '31/02/2025']) {
    expect(`the dry run says ${part}`, tried.includes(part))
  }
  expect('a row is rejected with its line', (await page.textContent('#run table tbody th')).trim() === '42')

  await page.click('form[action$="/import"] button')
  await page.locator('#run a[href="/customers"]').first().waitFor({ timeout: 30_000 })
  await page.goto(`${url}/customers?query=cliente7%40example.com`, { waitUntil: 'networkidle' })
  expect('its people are in the list', (await page.textContent('main')).includes('c-7'))

  await page.goto(`${url}/sources/imports`, { waitUntil: 'networkidle' })
  expect('it stands in the list', (await page.textContent('main')).includes('Pedidos de octubre.csv'))
  await page.locator('a[href^="/sources/imports/undo/"]').first().click()
  await page.click('main form .btn-bad')
  await page.getByText('deshecha').first().waitFor()
  await page.goto(`${url}/customers?query=cliente7%40example.com`, { waitUntil: 'networkidle' })
  expect('its people are gone', !(await page.textContent('main table, main .c-void')).includes('c-7'))
} catch (error) {
  fail(error)
} finally {
  await browser.close()
  await rm(folder, { recursive: true })
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log('imported by pointing, and undone')
