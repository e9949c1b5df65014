/* The work that a form brings along where more is sent than usual (RFC 8018, 5.2), done by the
   browser's own cryptography while its owner writes. Without this file, the form waits instead. */
(function () {
  'use strict';
  var field = document.querySelector('input[name=pace]'), form = field && field.form;
  var answer = form && form.elements.pace_work, subtle = window.crypto && crypto.subtle;
  if (!answer || !subtle) return;
  var bits = +field.dataset.bits, rounds = +field.dataset.rounds, next = 0, sent = false, touched = false;
  var text = new TextEncoder(), many = Math.min(navigator.hardwareConcurrency || 2, 4);
  var wait = document.querySelector('[data-pace-wait]'), work = document.querySelector('[data-pace-work]');

  form.addEventListener('input', function () { touched = true; });
  form.addEventListener('submit', function () { sent = true; });
  if (wait && work && 'send' in field.dataset) {
    wait.hidden = true;
    work.hidden = false;
    document.querySelector('[data-pace-said]').textContent = work.textContent;
  }

  function done(found) {
    if (answer.value) return;
    answer.value = found;
    // its owner has pressed the button before: what was held up goes on, unless it is being changed
    if ('send' in field.dataset && !sent && !touched) form.requestSubmit();
  }
  function tries(key) {
    if (answer.value) return;
    var number = String(next++);
    subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: text.encode(number), iterations: rounds }, key, 32)
      .then(function (got) {
        if (new DataView(got).getUint32(0) >>> (32 - bits) === 0) done(number);
        else tries(key);
      });
  }
  subtle.importKey('raw', text.encode(field.value), 'PBKDF2', false, ['deriveBits']).then(function (key) {
    for (var n = 0; n < many; n++) tries(key);
  });
})();
