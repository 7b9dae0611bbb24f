/** The arguments that each script takes: where to send, the write key, how many track calls. */
export function readArguments() {
  const [url, writeKey, count] = process.argv.slice(2)
  if (!url || !writeKey || !(Number(count) > 0)) {
    console.error('usage: node SCRIPT URL WRITE_KEY N')
    process.exit(2)
  }
  return { url: url.replace(/\/$/, ''), writeKey, count: Number(count) }
}

/** Ends with 1 and the reason, so that a test sees why. */
export function fail(reason) {
  console.error(reason instanceof Error ? reason.stack : String(reason))
  process.exit(1)
}

/** Whether what a page's console says is a fault. A request that is under way when the page is left is broken off, and htmx says so. */
export function isFault(message) {
  return ['error', 'warning'].includes(message.type()) && !/^htmx:(afterRequest|sendAbort)/.test(message.text())
}
