// A mailbox that counts what it is sent, and a verifier of signatures: npm smtp-server and mailauth, unchanged.
// Usage: node mailbox.mjs serve FILE   prints its port; writes one line for each message that it took whole into FILE, before it answers; ends with its input
//        node mailbox.mjs verify MAIL RECORD NAME   checks the DKIM signature of a file by a record of DNS, and that a changed word breaks it
import fs from 'node:fs'
import { SMTPServer } from 'smtp-server'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { fail } from './arguments.mjs'

const [what, ...rest] = process.argv.slice(2)

if (what === 'serve' && rest.length === 1) {
  const file = fs.openSync(rest[0], 'a')
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      const chunks = []
      stream.on('data', (chunk) => chunks.push(chunk))
      stream.on('end', () => {
        const id = /^Message-ID: <(msg_[0-9a-f]+)@/m.exec(Buffer.concat(chunks).toString('latin1'))?.[1] ?? '?'
        for (const to of session.envelope.rcptTo) {
          fs.writeSync(file, `${to.address} ${id}\n`)
        }
        done(null, 'queued as ' + id)
      })
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1', () => console.log(server.server.address().port))
  process.stdin.on('end', () => process.exit(0)).resume()
} else if (what === 'verify' && rest.length === 3) {
  const [mail, record, name] = rest
  const bytes = fs.readFileSync(mail)
  const resolver = async (asked, type) => {
    if (asked !== name || type !== 'TXT') {
      throw Object.assign(new Error('no such record'), { code: 'ENOTFOUND' })
    }
    return [[fs.readFileSync(record, 'utf8')]]
  }
  const resultOf = async (message) => (await dkimVerify(message, { resolver })).results.map((one) => one.status.result).join()
  const [whole, changed] = [await resultOf(bytes), await resultOf(Buffer.from(bytes.toString('latin1').replace('Hola', 'Hala'), 'latin1'))]
  if (whole !== 'pass' || changed === 'pass') {
    fail(`signature: ${whole}; with a word changed: ${changed}`)
  }
  console.log('pass')
} else {
  fail('usage: node mailbox.mjs serve FILE | verify MAIL RECORD NAME')
}
