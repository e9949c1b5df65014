/* Suggestions while somebody types. Every search works without this file: what is typed is sent by the form. */
(function () {
  'use strict';
  var doc = document, PAUSE = 150, SHORTEST = 2;
  function made(name, text, lang) {
    var element = doc.createElement(name);
    if (text) element.textContent = text;
    if (lang) element.lang = lang;
    return element;
  }

  function help(input) {
    var list = made('ul'), said = made('p'), known = {}, shown = [], at = -1, asking = null, timer = 0, told = 0;
    list.id = input.id + '-options'; list.hidden = true; list.className = 'options';
    list.setAttribute('role', 'listbox'); list.setAttribute('aria-label', input.dataset.label);
    said.className = 'vh'; said.setAttribute('role', 'status');
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list'); input.setAttribute('aria-expanded', 'false');
    input.setAttribute('aria-controls', list.id);
    input.after(list, said);

    function mark(index) {
      if (list.children[at]) list.children[at].setAttribute('aria-selected', 'false');
      at = index;
      var option = list.children[at];
      if (!option) return input.removeAttribute('aria-activedescendant');
      option.setAttribute('aria-selected', 'true');
      option.scrollIntoView({ block: 'nearest' });
      input.setAttribute('aria-activedescendant', option.id);
    }
    function close() {
      clearTimeout(timer); clearTimeout(told);
      if (asking) asking.abort();
      asking = null; list.hidden = true;
      input.setAttribute('aria-expanded', 'false');
      mark(-1);
    }
    // said after a pause, so that it does not speak into what is being typed
    function tell() {
      clearTimeout(told);
      told = setTimeout(function () {
        var words = shown.length ? (shown.length === 1 ? input.dataset.one : input.dataset.many) : input.dataset.none;
        said.textContent = words.replace('{n}', shown.length);
      }, 700);
    }
    function show(found) {
      mark(-1); list.textContent = ''; shown = found;
      found.forEach(function (one, index) {
        var option = made('li'), about = made('small', one.kind);
        option.id = list.id + '-' + index;
        option.setAttribute('role', 'option'); option.setAttribute('aria-selected', 'false');
        if (one.where) about.append(' · ', made('span', one.where, one.where_lang));
        option.append(made('span', one.text, one.lang), ' ', about);
        option.addEventListener('mousedown', function (event) { event.preventDefault(); }); // the input keeps the focus
        option.addEventListener('click', function () { location.assign(one.url); });
        list.append(option);
      });
      list.hidden = !found.length;
      input.setAttribute('aria-expanded', String(!list.hidden));
      tell();
    }
    function ask() {
      var words = input.value.replace(/\s+/g, ' ').replace(/^ /, '');
      if (words.trim().length < SHORTEST) return close();
      if (known[words]) return show(known[words]);
      if (asking) asking.abort();
      asking = new AbortController();
      fetch(input.dataset.suggest + '?q=' + encodeURIComponent(words), { signal: asking.signal }).then(function (answer) {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      }).then(function (found) {
        asking = null; known[words] = found;
        setTimeout(function () { delete known[words]; }, 5000);
        if (doc.activeElement === input) show(found);
      }).catch(function (error) { if (error.name !== 'AbortError') close(); });
    }

    // a word that an input method is still composing is asked for too, but its keys are left to it
    input.addEventListener('input', function () { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
    input.addEventListener('blur', close);
    input.addEventListener('keydown', function (event) {
      var count = shown.length, open = !list.hidden;
      if (event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        if (!open) return ask();
        // one step beyond either end is the input itself
        mark(event.key === 'ArrowDown' ? (at + 1 < count ? at + 1 : -1) : (at < 0 ? count - 1 : at - 1));
      } else if (event.key === 'Escape' && open) {
        event.preventDefault(); close();
      } else if (event.key === 'Enter') {
        if (open && at >= 0) { event.preventDefault(); location.assign(shown[at].url); } else close();
      }
    });
  }
  [].forEach.call(doc.querySelectorAll('input[data-suggest]'), help);

  // Where there is room the choices stand beside the results; newer browsers need no script for it.
  var facets = doc.querySelector('details.facets');
  if (facets && window.matchMedia('(min-width: 64rem)').matches) facets.open = true;
})();
