/* Asks the browser for a passkey and sends its answer in the form. Every page works without it. */
(function () {
  'use strict';
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  // JSON carries bytes in URL-safe base64 (WebAuthn level 3, 5.1.8 to 5.1.10).
  function bytes(text) {
    var raw = atob(text.replace(/-/g, '+').replace(/_/g, '/')), made = new Uint8Array(raw.length), at;
    for (at = 0; at < raw.length; at += 1) made[at] = raw.charCodeAt(at);
    return made;
  }
  function words(buffer) {
    var raw = '', list = new Uint8Array(buffer), at;
    for (at = 0; at < list.length; at += 1) raw += String.fromCharCode(list[at]);
    return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }
  function known(list) {
    return (list || []).map(function (one) { return { type: one.type, id: bytes(one.id), transports: one.transports }; });
  }
  function asked(form) {
    var options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    options.excludeCredentials = known(options.excludeCredentials);
    options.allowCredentials = known(options.allowCredentials);
    return { publicKey: options };
  }
  function told(credential) {
    var from = credential.response, answer = { clientDataJSON: words(from.clientDataJSON) };
    if (from.attestationObject) answer.attestationObject = words(from.attestationObject);
    if (from.authenticatorData) answer.authenticatorData = words(from.authenticatorData);
    if (from.signature) answer.signature = words(from.signature);
    if (from.userHandle) answer.userHandle = words(from.userHandle);
    return JSON.stringify({ id: credential.id, rawId: words(credential.rawId), type: credential.type, response: answer });
  }
  function ask(form) {
    var act = form.dataset.passkey === 'create' ? 'create' : 'get', failed = form.querySelector('[data-failed]');
    failed.hidden = true;
    navigator.credentials[act](asked(form)).then(function (credential) {
      form.elements.answer.value = told(credential);
      form.submit();
    }).catch(function () { failed.hidden = false; });
  }
  Array.prototype.forEach.call(document.querySelectorAll('form[data-passkey]'), function (form) {
    form.hidden = false;
    form.addEventListener('submit', function (event) { event.preventDefault(); ask(form); });
  });
})();
