// Sends a file as the body of one request, with progress: a form would hold all of it back until its token was read.
const form = document.querySelector<HTMLFormElement>('form[data-upload]')
if (form) {
  const input = form.querySelector<HTMLInputElement>('input[type=file]')
  const bar = form.querySelector('progress')
  const says = form.querySelector<HTMLElement>('[data-says]')
  const button = form.querySelector('button')

  const say = (text: string): void => {
    if (says) {
      says.textContent = text
    }
  }
  const send = (file: File): void => {
    const request = new XMLHttpRequest()
    request.open('POST', `${form.dataset.upload ?? ''}?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('X-Ciclo-Form', form.dataset.form ?? '')
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.upload.onprogress = (event) => {
      if (bar && event.lengthComputable) {
        bar.hidden = false
        bar.value = (100 * event.loaded) / event.total
      }
    }
    request.onload = () => {
      if (request.status === 200) {
        location.assign(request.responseText)
        return
      }
      failed(request.status === 400 && request.responseText.length < 500 ? request.responseText : form.dataset.failed ?? '')
    }
    request.onerror = () => failed(form.dataset.failed ?? '')
    button?.setAttribute('disabled', '')
    say(form.dataset.sending ?? '')
    request.send(file)
  }
  const failed = (text: string): void => {
    button?.removeAttribute('disabled')
    if (bar) {
      bar.hidden = true
    }
    say(text)
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const file = input?.files?.[0]
    if (file) {
      send(file)
    }
  })
  for (const [name, isOver] of [['dragover', true], ['dragleave', false], ['drop', false]] as const) {
    form.addEventListener(name, (event) => {
      event.preventDefault()
      form.classList.toggle('is-over', isOver)
    })
  }
  form.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0]
    if (file) {
      send(file)
    }
  })
}

// What was tried belongs to the map that was there: where the map changes, the run's part says so.
document.body.addEventListener('htmx:afterSwap', (event) => {
  if ((event.target as Element).id === 'map') {
    document.body.dispatchEvent(new CustomEvent('pointed', { bubbles: true }))
  }
})
