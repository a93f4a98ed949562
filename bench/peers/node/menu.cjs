'use strict';
// A menu of four steps as the README of ussd-menu-builder builds one: states, sessions, promises.
const UssdMenu = require('ussd-menu-builder');

/** `store`: {sessions, dossiers(phone)}; `pause()`: what a look-up waits for, undefined if nothing. */
module.exports = function build(store, pause) {
  const menu = new UssdMenu();
  menu.sessionConfig(store.sessions);

  const lookUp = async () => {
    const phone = menu.args.phoneNumber;
    if (pause) await pause();
    return store.dossiers(phone);
  };
  const list = async () => {
    const mine = await lookUp();
    await menu.session.set('at', 'list');
    menu.con('Mes dossiers\n' + mine.map((number, at) => `${at + 1} ${number}`).join('\n'));
  };

  menu.startState({
    run: async () => {
      await menu.session.set('at', 'start');
      menu.con('Lite CNSS-CNOPS\n1 Mes dossiers\n2 Aide');
    },
    next: { 1: 'list', 2: 'help' },
  });
  menu.state('list', { run: list, next: { '*^[1-3]$': 'dossier' } });
  menu.state('dossier', {
    run: async () => {
      const asked = Number(menu.val);
      const mine = await lookUp();
      await menu.session.set('at', 'dossier');
      menu.con(`Dossier ${mine[asked - 1]}\nRejeté le 5 novembre\n0 Retour`);
    },
    next: { 0: 'back' },
  });
  menu.state('back', { run: list, next: { '*^[1-3]$': 'dossier' } });
  menu.state('help', { run: () => menu.end('Agences : tapez 3') });
  return menu;
};
