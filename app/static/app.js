/* Comfort only: every page works without this file. */
(function () {
  'use strict';
  var doc = document, lang = doc.documentElement.lang || 'vi';
  function each(selector, act) { [].forEach.call(doc.querySelectorAll(selector), act); }

  // 0. The size and spacing that the reader once chose, see reading.js.
  ['size', 'space'].forEach(function (name) {
    try {
      var step = localStorage.getItem('reading-' + name);
      if (/^[234]$/.test(step)) doc.documentElement.dataset[name] = step;
    } catch (error) { /* nothing can be kept here */ }
  });

  // 1. The error summary takes the focus, so that it is read out first.
  var bad = doc.getElementById('error-summary');
  if (bad) bad.focus();

  // 2. Deadlines in the reader's own time zone, beside Viet Nam's and never instead of it.
  each('time[data-local]', function (time) {
    // the end is exclusive: people are told the minute before it, as in the text beside
    var when = new Date(new Date(time.dateTime) - 60000), text = doc.createElement('span'), zone, shown;
    function in24(words, date) {
      return new Intl.DateTimeFormat(words, { dateStyle: date, timeStyle: 'short', hourCycle: 'h23' }).format(when);
    }
    if (isNaN(when) || when.getTimezoneOffset() === -420) return;
    try {
      zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      // the day first, as on the page; figures only where the browser has no words of the language
      shown = in24(lang === 'en' ? 'en-GB' : lang, 'full');
      if (/M\d/.test(shown) || !Intl.DateTimeFormat.supportedLocalesOf(lang).length) shown = in24('sv', 'short');
    } catch (error) { return; }
    text.textContent = ' ' + time.dataset.local.replace('{t}', shown).replace('{z}', zone);
    time.parentNode.appendChild(text);
    each('a[data-zone]', function (link) {
      if (/^(?!Etc\/)\w+\//.test(zone)) link.href += (link.search ? '&' : '?') + 'zone=' + encodeURIComponent(zone);
    });
  });

  // 3. Characters left: shown at once, spoken only after a pause. The server counts NFC too.
  each('textarea[data-max]', function (area) {
    var seen = doc.createElement('p'), said = doc.createElement('p'), timer;
    seen.className = 'hint'; seen.setAttribute('aria-hidden', 'true');
    said.className = 'vh'; said.setAttribute('role', 'status');
    area.after(seen, said);
    function count() {
      var left = area.dataset.max - Array.from(area.value.normalize('NFC')).length;
      var text = left < 0 ? area.dataset.over : area.dataset.left;
      seen.className = left < 0 ? 'err' : 'hint';
      seen.textContent = text.replace('{n}', Math.abs(left).toLocaleString(lang));
      clearTimeout(timer);
      timer = setTimeout(function () { said.textContent = seen.textContent; }, 1200);
    }
    area.addEventListener('input', count);
    count();
  });

  // 4. Menus close on Escape and on a click elsewhere.
  doc.addEventListener('click', function (event) {
    each('details.menu[open]', function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });
  doc.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape') return;
    each('details.menu[open]', function (menu) { menu.open = false; menu.querySelector('summary').focus(); });
  });

  // 5. A link to a folded part also unfolds it; following a link inside a folded list folds it.
  function unfold() {
    var part = location.hash.length > 1 && doc.getElementById(location.hash.slice(1));
    if (part && part.tagName === 'DETAILS') part.open = true;
  }
  window.addEventListener('hashchange', unfold);
  unfold();
  each('details.toc', function (list) {
    list.addEventListener('click', function (event) { if (event.target.closest('a')) list.open = false; });
  });
  each('a[href="#toc"]', function (link) { link.addEventListener('click', function () { setTimeout(unfold); }); });

  // 6. Buttons that can do nothing without a script stay hidden until now.
  each('button[data-copy]', function (button) {
    if (!navigator.clipboard) return;
    var label = button.textContent, said = doc.createElement('span');
    said.className = 'vh'; said.setAttribute('role', 'status');
    button.after(said);
    button.hidden = false;
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () {
        button.textContent = said.textContent = button.dataset.done;
        setTimeout(function () { button.textContent = label; said.textContent = ''; }, 4000);
      });
    });
  });
  each('button[data-print]', function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });

  // 7. Words marked in one paragraph of the draft can be commented on: a link comes right behind it.
  each('[data-quote]', function (sheet) {
    var link = doc.createElement('a');
    link.className = 'btn quote'; link.textContent = sheet.dataset.label;
    link.addEventListener('mousedown', function (event) { event.preventDefault(); }); // keeps the words marked
    doc.addEventListener('selectionchange', function () {
      var chosen = doc.getSelection(), range = chosen.rangeCount && chosen.getRangeAt(0), part, within, piece, words;
      if (doc.activeElement === link) return;
      link.remove();
      if (!range || range.collapsed) return;
      within = range.commonAncestorContainer;
      part = (within.nodeType === 1 ? within : within.parentElement).closest('.law p');
      // a quotation is made of the words that bind: a translation is not asked about
      if (!part || !sheet.contains(part) || part.closest('[lang]').lang !== 'vi') return;
      piece = range.cloneContents();
      [].forEach.call(piece.querySelectorAll('a:not([href^="#term-"])'), function (number) { number.remove(); });
      words = piece.textContent.replace(/\s+/g, ' ').trim();
      within = part.id ? part : part.closest('section[id]');
      if (words.length < 2 || words.length > 500 || !(within || sheet.dataset.at)) return;
      link.href = sheet.dataset.quote + '?at=' + (within ? within.id : sheet.dataset.at) + '&quote=' + encodeURIComponent(words);
      part.after(link);
    });
  });

  // A form that is filled in all day is sent from the keyboard, by its first button at the end.
  each('form[data-quick]', function (form) {
    var first = form.querySelector('button[name=then]'), told = form.querySelector('[data-keys]');
    if (told) told.hidden = false;
    form.addEventListener('keydown', function (event) {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); first.click(); }
    });
  });
})();
