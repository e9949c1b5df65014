/* The review desk by keyboard and without leaving the page. Every page works without this file. */
(function () {
  'use strict';
  var doc = document, OFF = 'gopy-keys-off', RENEW = 180000;
  var live, gone = {}, ahead = null, renewal = null, marked = null;
  function one(selector, within) { return (within || doc).querySelector(selector); }
  function all(selector, within) { return [].slice.call((within || doc).querySelectorAll(selector)); }

  // 1. What happened is said in one place that is there from the start.
  function region() {
    live = doc.createElement('div');
    live.className = 'toast toast-live'; live.setAttribute('role', 'status'); live.tabIndex = -1;
    one('main').prepend(live);
  }
  function say(words, bad) {
    live.className = 'toast toast-live' + (bad ? ' toast-bad' : '');
    live.textContent = words;
  }
  function failed() { say(one('[data-failed]').dataset.failed, true); }

  // 2. An act by script: the same addresses as the forms, answered in a few words of JSON.
  function token() { return one('[name=csrf_token]').value; }
  function body(fields) {
    var data = new FormData();
    data.set('csrf_token', token());
    Object.keys(fields).forEach(function (name) { data.set(name, fields[name]); });
    return data;
  }
  function tell(url, data) {
    return fetch(url, { method: 'POST', body: data, headers: { Accept: 'application/json' } }).then(function (answer) {
      return answer.json().then(function (told) { told.ok = answer.ok; told.status = answer.status; return told; });
    });
  }

  // 3. The queue.
  var form = one('form[data-queue]'), dialog = one('#withhold-dialog'), held = null;
  function rows() { return form ? all('tbody tr', form) : []; }
  function current() { return one('tr[aria-current]', form); }
  function go(at) {
    var list = rows(), row = list[Math.max(0, Math.min(at, list.length - 1))];
    if (!row) return;
    list.forEach(function (other) { if (other !== row) other.removeAttribute('aria-current'); });
    row.setAttribute('aria-current', 'true');
    (one('.go, th a', row) || row).focus();
  }
  function step(by) { var at = rows().indexOf(current()); go(at < 0 ? 0 : at + by); }
  function item(row, act) { return form.dataset.queue + '/' + row.dataset.id + (act || ''); }
  function remove(row, told) {
    var at = rows().indexOf(row), button;
    gone[row.dataset.id] = { row: row, at: at };
    row.remove();
    say(told.said, !told.ok);
    if (told.undo) {
      button = doc.createElement('button');
      button.type = 'button'; button.className = 'btn btn-2 btn-s'; button.dataset.undo = told.undo;
      button.dataset.version = told.version; button.dataset.row = row.dataset.id;
      button.textContent = form.dataset.undo;
      live.append(' ', button);
    }
    if (rows().length) return go(at);
    say(told.said + ' ' + form.dataset.empty); live.focus();
    setTimeout(function () { location.assign(form.dataset.queue + form.dataset.tail); }, 1500);
  }
  function outcome(row) {
    return function (told) { if (told.ok || told.gone) remove(row, told); else { say(told.said, true); go(rows().indexOf(row)); } };
  }
  function publish(row) {
    tell(form.action, body({ publish: one('[name=publish]', row).value })).then(outcome(row)).catch(failed);
  }
  function withhold(row) {
    tell(item(row, '/lease'), body({})).then(function (told) {
      if (!told.ok) return say(told.said, true);
      held = row;
      one('form', dialog).reset();
      one('[role=alert]', dialog).hidden = true;
      one('[data-reference]', dialog).textContent = 'GY-' + row.dataset.id;
      one('[name=version]', dialog).value = one('[name=publish]', row).value.split('.')[1];
      dialog.showModal();
    }).catch(failed);
  }
  function takeBack(button) {
    tell(button.dataset.undo, body({ version: button.dataset.version })).then(function (told) {
      var was = gone[button.dataset.row], row = was && was.row, next;
      if (!told.ok) return say(told.said, true);
      all('[name=comment], [name=publish], [name=withhold]', row).forEach(function (control) {
        control.value = row.dataset.id + '.' + told.version;
        if (control.type === 'checkbox') control.checked = false;
      });
      next = rows()[was.at];
      if (next) next.before(row); else one('tbody', form).append(row);
      say(told.said);
      go(rows().indexOf(row));
    }).catch(failed);
  }
  if (form) form.addEventListener('submit', function (event) {
    var button = event.submitter, row = button && button.closest('tr');
    if (!row || !/^(publish|withhold)$/.test(button.name) || (button.name === 'withhold' && !dialog.showModal)) return;
    event.preventDefault();
    if (button.name === 'publish') publish(row); else withhold(row);
  });
  if (dialog) {
    one('form', dialog).addEventListener('submit', function (event) {
      var row = held, data = new FormData(event.target);
      event.preventDefault();
      data.set('csrf_token', token());
      tell(item(row), data).then(function (told) {
        if (told.status === 422) {
          one('[role=alert]', dialog).textContent = told.said;
          one('[role=alert]', dialog).hidden = false;
          return;
        }
        held = null; dialog.close();
        outcome(row)(told);
      }).catch(function () { dialog.close(); failed(); });
    });
    one('[data-close]', dialog).addEventListener('click', function () { dialog.close(); });
    dialog.addEventListener('close', function () {
      if (!held) return;
      tell(item(held, '/release'), body({})).catch(failed);
      go(rows().indexOf(held));
      held = null;
    });
  }

  // 4. One comment: held while it is open, the next one ready before it is asked for.
  function desk() { return one('[data-item]'); }
  function renew() {
    var here = desk();
    tell(here.dataset.lease, body({})).then(function (told) {
      if (!told.ok && desk() === here) { say(told.said, true); stop(); }
    }).catch(function () { /* the next beat tries again */ });
  }
  function stop() { clearInterval(renewal); renewal = null; }
  function start() {
    var here = desk(), button = one('[data-cover]');
    stop(); ahead = null;
    if (!here) return;
    if (here.hasAttribute('data-mine')) { renew(); renewal = setInterval(renew, RENEW); }
    if (button) button.hidden = false;
    if (here.dataset.next) load('GET', here.dataset.next).then(function (answer) {
      if (answer.status < 300 && answer.page && desk() === here) ahead = { url: here.dataset.next, page: answer.page };
    }).catch(function () {});
  }
  // A page comes parsed by the browser as it arrived: no script here makes a string into markup.
  function load(method, url, data) {
    return new Promise(function (done, gone) {
      var asked = new XMLHttpRequest();
      asked.open(method, url); asked.responseType = 'document';
      asked.setRequestHeader('Accept', 'text/html');
      asked.onload = function () { done({ status: asked.status, url: asked.responseURL, page: asked.response }); };
      asked.onerror = asked.onabort = gone;
      asked.send(data || null);
    });
  }
  function show(fresh, url, busy) {
    var bad;
    ['main', '.crumbs'].forEach(function (part) {
      var old = one(part), now = one(part, fresh);
      if (old && now) old.replaceWith(doc.importNode(now, true));
    });
    doc.title = fresh.title;
    region(); legend();
    history.replaceState(null, '', url);
    one('main').setAttribute('aria-busy', String(busy));
    bad = one('#error-summary');
    (bad || one('main h1')).focus();
    window.scrollTo(0, 0);
    if (busy) all('main form button').forEach(function (button) { button.disabled = true; });
    else start();
  }
  function decide(sent, button) {
    var data = new FormData(sent), before = one('main'), url = location.href, next = ahead, address = sent.getAttribute('action') || url;
    if (button && button.name) data.set(button.name, button.value);
    stop();
    history.pushState(null, '', url);
    if (next) show(next.page, next.url, true);
    load('POST', address, data).then(function (answer) { show(answer.page, answer.url, false); }).catch(function () {
      one('main').replaceWith(before); live = one('.toast-live', before);
      history.replaceState(null, '', url);
      failed(); start();
    });
  }
  doc.addEventListener('submit', function (event) {
    if (!event.target.matches('[data-decide]')) return;
    event.preventDefault();
    decide(event.target, event.submitter);
  });
  window.addEventListener('popstate', function () { location.reload(); });
  window.addEventListener('pagehide', function () {
    var here = desk();
    if (here && here.hasAttribute('data-mine') && navigator.sendBeacon) navigator.sendBeacon(here.dataset.release, body({}));
  });
  window.addEventListener('pageshow', function (event) { if (event.persisted) location.reload(); });

  // 5. Words marked in the comment become a cover, counted in characters as the server does.
  function marking() {
    var chosen = doc.getSelection(), range = chosen.rangeCount && chosen.getRangeAt(0), within, before, words;
    if (!range || range.collapsed) return null;
    within = range.commonAncestorContainer;
    within = (within.nodeType === 1 ? within : within.parentElement).closest('[data-words]');
    if (!within) return null;
    before = doc.createRange();
    before.selectNodeContents(within);
    before.setEnd(range.startContainer, range.startOffset);
    words = range.toString();
    var start = Array.from(before.toString() + words.match(/^\s*/)[0]).length;
    words = words.trim();
    return words && { field: within.dataset.words, start: start, end: start + Array.from(words).length, words: words };
  }
  doc.addEventListener('selectionchange', function () { marked = marking() || marked; });
  function cover() {
    var list = one('[data-covers]'), found = marking() || marked, label, box, text, field;
    if (!list) return;
    if (!found) {
      field = one('#passages');
      field.closest('details').open = true; field.focus();
      return;
    }
    label = doc.createElement('label'); box = doc.createElement('input'); text = doc.createElement('span');
    label.className = 'choice'; box.type = 'checkbox'; box.name = 'mask'; box.checked = true;
    box.value = [found.field, found.start, found.end, one('#why').value].join(':');
    text.textContent = list.dataset.label.replace('{words}', found.words);
    label.append(box, text);
    list.append(label);
    say(text.textContent);
    marked = null; doc.getSelection().removeAllRanges();
  }

  // 6. Keys: shown, and switched off for good where somebody speaks to the machine.
  function off() { try { return localStorage.getItem(OFF) === '1'; } catch (error) { return false; } }
  function legend() {
    var part = one('#keys'), button = one('[data-keys]');
    if (!part) return;
    part.hidden = false;
    button.textContent = off() ? part.dataset.on : part.dataset.off;
  }
  function press(selector, within) { var found = one(selector, within); if (found) found.click(); return !!found; }
  function focusOn(selector) { var found = one(selector); if (found) { found.focus(); found.scrollIntoView({ block: 'center' }); } }
  function undo() { var last = one('.toast-live [data-undo]') || one('[data-undo]'); if (last) last.click(); }
  var onQueue = {
    j: function () { step(1); }, k: function () { step(-1); },
    a: function (row) { if (row) press('[name=publish]', row); },
    r: function (row) { if (row) press('[name=withhold]', row); },
    x: function (row) { if (row) press('[type=checkbox]', row); },
    m: function (row) {
      var button = row && one('.go', row);
      if (button) { button.name = 'mask'; button.click(); }
    },
    u: undo
  };
  var onItem = {
    j: function () { press('[data-onward]'); },
    a: function () { if (!press('#publish button[name=outcome]')) press('[data-take] button'); },
    m: cover,
    r: function () { focusOn('#withhold [type=radio]'); },
    u: undo
  };
  doc.addEventListener('keydown', function (event) {
    var target = event.target, act, part = one('#keys');
    if (event.ctrlKey || event.metaKey || event.altKey || off() || !part || one('dialog[open]')) return;
    if (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === 'INPUT' && target.type !== 'checkbox')) return;
    if (event.key === '?') { event.preventDefault(); part.open = !part.open; one('summary', part).focus(); return; }
    act = (form ? onQueue : onItem)[event.key];
    if (!act) return;
    event.preventDefault();
    act(form && current());
  });
  doc.addEventListener('click', function (event) {
    var button = event.target.closest('button');
    if (!button) return;
    if (button.matches('[data-keys]')) {
      try { localStorage.setItem(OFF, off() ? '0' : '1'); } catch (error) { return; }
      legend();
    } else if (button.matches('[data-all]')) {
      all('tbody [type=checkbox]', form).forEach(function (box) { box.checked = true; });
    } else if (button.matches('.toast-live [data-undo]')) takeBack(button);
    else if (button.matches('[data-cover]')) cover();
  });
  if (form) {
    form.addEventListener('focusin', function (event) {
      var row = event.target.closest('tbody tr');
      if (row && row !== current()) { rows().forEach(function (other) { other.removeAttribute('aria-current'); }); row.setAttribute('aria-current', 'true'); }
    });
    all('[data-all]', form).forEach(function (button) { button.hidden = false; });
  }
  region(); legend(); start();
})();
