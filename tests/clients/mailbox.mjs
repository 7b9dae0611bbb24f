// A mailbox that counts what it is sent, and a verifier of signatures: npm smtp-server and mailauth, unchanged.
// Usage: node mailbox.mjs serve FILE   prints its port; writes one line for each message that it took whole into FILE, before it answers; ends with its input
//        node mailbox.mjs secure starttls|tls ADDRESS KEY CERT USER PASSWORD shows|hides   a service that asks for TLS and a password, with the certificate of two files
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
} else if (what === 'secure' && rest.length === 7) {
  // A submission service as providers run it: no mail without AUTH, no AUTH without TLS.
  const [way, host, key, cert, user, password, hides] = rest
  const server = new SMTPServer({
    secure: way === 'tls',
    key: fs.readFileSync(key),
    cert: fs.readFileSync(cert),
    hideSTARTTLS: hides === 'hides',
    disabledCommands: hides === 'hides' ? ['STARTTLS'] : [],
    disableReverseLookup: true,
    logger: false,
    onAuth: (auth, session, done) => auth.username === user && auth.password === password ? done(null, { user }) : done(new Error('no such user or password')),
    onData(stream, session, done) {
      stream.on('end', () => done(null, `queued as ${session.user}${session.secure ? '-over-tls' : ''}`)).resume()
    },
  })
  server.on('error', () => {})
  server.listen(0, host, () => console.log(server.server.address().port))
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
  fail('usage: node mailbox.mjs serve FILE | secure starttls|tls ADDRESS KEY CERT USER PASSWORD shows|hides | verify MAIL RECORD NAME')
}
