/* Reading aids. A text is read without this file too: it remembers the chosen size and spacing, in this
   browser alone, reads aloud where the browser can, and shows the meaning of a term in place. */
(function () {
  'use strict';
  var doc = document, root = doc.documentElement, speech = window.speechSynthesis;
  function all(selector, within) { return [].slice.call((within || doc).querySelectorAll(selector)); }
  function made(name, kind, text) {
    var element = doc.createElement(name);
    element.className = kind; element.textContent = text || '';
    if (name === 'button') element.type = 'button';
    return element;
  }

  // 1. Size and spacing: app.js sets what was chosen before on every page.
  ['size', 'space'].forEach(function (name) {
    all('input[name=' + name + ']').forEach(function (input) {
      var step = input.id.slice(-1), now = root.dataset[name] || '1';
      input.checked = step === now;
      input.addEventListener('change', function () {
        var offset = input.getBoundingClientRect().top;
        if (step === '1') delete root.dataset[name]; else root.dataset[name] = step;
        window.scrollBy(0, input.getBoundingClientRect().top - offset); // what was pressed stays where it is
        try { localStorage.setItem('reading-' + name, step); } catch (error) { /* then for this page alone */ }
      });
    });
  });

  // 2. A term's meaning, shown at the foot of the screen; the link itself still leads to the list.
  var told = made('div', 'meaning'), from, words = doc.querySelector('[data-speech]');
  if (told.showPopover && words) {
    told.popover = 'auto';
    doc.querySelector('main').append(told);
    doc.addEventListener('click', function (event) {
      var link = event.target.closest('.law a[href^="#term-"]'), name = link && doc.getElementById(link.hash.slice(1));
      if (!name || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      var list = made('dl', 'terms'), one = name.closest('div').cloneNode(true), close = made('button', 'btn btn-2', words.dataset.close);
      all('[id]', one).forEach(function (part) { part.removeAttribute('id'); });
      all('a', one).forEach(function (back) { back.remove(); });
      list.append(one);
      close.autofocus = true;
      close.addEventListener('click', function () { told.hidePopover(); });
      told.textContent = '';
      told.append(list, close);
      told.setAttribute('role', 'dialog');
      told.setAttribute('aria-label', name.textContent);
      from = link;
      told.showPopover();
    });
    told.addEventListener('toggle', function (event) {
      if (event.newState === 'closed' && from && doc.activeElement === doc.body) from.focus();
    });
  }

  // 3. Reading aloud, a few sentences at a time: some voices fall silent in long ones, and a phone that
  //    cannot pause is stopped and begins its sentence again.
  if (!speech || !words || !window.SpeechSynthesisUtterance) return;
  var sheet = doc.querySelector('.sheet'), player, queue, at, turn = 0, paused, button, lit;
  function code(element) { return element.closest('[lang]').lang; }
  function voice(lang) {
    var short = lang.split('-')[0], those = speech.getVoices().filter(function (one) {
      return one.lang.replace('_', '-').split('-')[0].toLowerCase() === short;
    });
    return those.filter(function (one) {
      return lang === 'zh-Hant' ? /TW|HK|Hant/.test(one.lang) : one.lang.replace('_', '-') === lang;
    })[0] || those[0];
  }

  // Every run of words in one language, cut at the ends of sentences: {text, lang, part}.
  function runs(part) {
    var found = [], walk = doc.createTreeWalker(part, 4), node, last;
    while ((node = walk.nextNode())) {
      var own = node.parentElement;
      if (own.closest('.vh, .acts, button, script') || own.closest('p, h2, h3, h4, td, th, li') !== part) continue;
      if (last && last.lang === code(own)) last.text += ' ' + node.data;
      else found.push(last = { text: node.data, lang: code(own), part: part });
    }
    return [].concat.apply([], found.map(function (run) {
      var pieces = run.text.replace(/\s+/g, ' ').trim().match(/.{1,180}(?:[.;:!?。！？។]|[,、，]|\s|$)|.{1,180}/g) || [];
      return pieces.map(function (text) { return { text: text, lang: run.lang, part: part }; });
    }));
  }
  function light(part) {
    if (lit) lit.classList.remove('spoken');
    lit = part;
    if (!part) return;
    part.classList.add('spoken');
    var box = part.getBoundingClientRect();
    if (box.top < 0 || box.bottom > window.innerHeight - 120) part.scrollIntoView({ block: 'center' });
  }
  function stop() {
    turn += 1; queue = null; light(null);
    speech.cancel();
    if (player) player.remove();
    player = null;
    if (button) button.setAttribute('aria-pressed', 'false');
    button = null;
  }
  function next() {
    var mine = turn += 1, run = queue[at], said;
    if (!run) return stop();
    light(run.part);
    said = new SpeechSynthesisUtterance(run.text);
    said.lang = run.lang; said.voice = voice(run.lang) || null;
    said.onend = function () { if (mine === turn) { at += 1; next(); } };
    said.onerror = function () { if (mine === turn) stop(); };
    speech.speak(said);
  }
  function start(pressed, within) {
    var again = pressed === button;
    stop();
    if (again) return;
    queue = [].concat.apply([], all('p, h2, h3, h4, td, th, li', within).filter(function (part) {
      return part.closest('.law') && !part.closest('.acts, .no-paper, details') && part.textContent.trim();
    }).map(runs));
    at = 0; paused = false; button = pressed;
    button.setAttribute('aria-pressed', 'true');
    player = made('div', 'player');
    player.setAttribute('role', 'group'); player.setAttribute('aria-label', words.dataset.speech);
    var pause = made('button', 'btn btn-2', words.dataset.pause), end = made('button', 'btn btn-2', words.dataset.stop), mine = button;
    pause.setAttribute('aria-pressed', 'false');
    pause.addEventListener('click', function () {
      paused = !paused;
      pause.setAttribute('aria-pressed', paused);
      if (paused) { turn += 1; speech.cancel(); } else next();
    });
    end.addEventListener('click', function () { stop(); mine.focus(); });
    player.append(pause, end);
    doc.querySelector('main').append(player);
    next();
  }
  function offer() {
    var law = sheet && sheet.querySelector('.law');
    if (!law || !words.hidden || !voice(code(law.querySelector('p') || law))) return;
    var whole = made('button', 'btn btn-2', words.dataset.speech);
    words.append(whole);
    words.hidden = false;
    all('.art', sheet).map(function (part) { return [part.querySelector('.acts'), part]; }).concat([[words, sheet]]).forEach(function (pair) {
      var press = pair[0] === words ? whole : made('button', 'go', words.dataset.speech);
      if (press !== whole) {
        press.append(made('span', 'vh', ': ' + pair[1].querySelector('h2, h3, h4').textContent));
        pair[0].append(' ', press);
      }
      press.setAttribute('aria-pressed', 'false');
      press.addEventListener('click', function () { start(press, pair[1]); });
    });
  }
  speech.cancel(); // what the page before was saying
  offer();
  if (speech.addEventListener) speech.addEventListener('voiceschanged', offer);
  window.addEventListener('pagehide', stop);
})();
