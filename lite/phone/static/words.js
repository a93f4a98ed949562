// The page's own words, in both languages; the product's screens are shown as they come.
const TABLE = {
  title: ["téléphone de démonstration", "هاتف تجريبي"],
  ussd: ["Composer", "اتصل بالرقم"],
  sms: ["SMS au", "رسالة إلى"],
  public: ["Page web du service", "صفحة الخدمة على الويب"],
  fund: ["Panne de la caisse", "عطل الصندوق"],
  another: ["+ Autre téléphone", "+ هاتف آخر"],
  language: ["Langue de cette page", "لغة هذه الصفحة"],
  people: ["Assurés fictifs", "مؤمن لهم وهميون"],
  search: ["Chercher un nom ou un numéro", "ابحث عن اسم أو رقم"],
  stranger: ["Numéro inconnu du service", "رقم لا تعرفه الخدمة"],
  unknown_person: ["Numéro inconnu", "رقم غير معروف"],
  dossiers: ["dossiers : {n}", "الملفات: {n}"],
  phone: ["Téléphone", "الهاتف"],
  power: ["Allumé", "مشغل"],
  power_off: ["Éteint", "مطفأ"],
  close: ["Ranger ce téléphone", "إخفاء هذا الهاتف"],
  dial: ["Code à composer", "الرقم المطلوب"],
  reply: ["Votre réponse", "جوابك"],
  send: ["Envoyer", "إرسال"],
  call: ["Appeler", "اتصال"],
  hangup: ["Raccrocher", "إنهاء"],
  erase: ["Effacer le dernier caractère", "حذف آخر حرف"],
  pad: ["Clavier", "لوحة الأرقام"],
  gauge: ["Place prise sur l’écran", "المساحة المستعملة من الشاشة"],
  septets: ["{n} / {limit} septets", "{n} / {limit} وحدة"],
  units: ["{n} / {limit} unités", "{n} / {limit} وحدة"],
  too_long: ["Trop long pour un écran", "أطول من الشاشة"],
  lines: ["Lignes : {n} / 7", "الأسطر: {n} / 7"],
  columns: ["Colonnes : {n} / 20", "الأعمدة: {n} / 20"],
  session: ["Session : {n}", "مدة الجلسة: {n}"],
  thinking: ["Pour répondre : {n}", "مهلة الجواب: {n}"],
  drop: ["Couper le réseau", "قطع الشبكة"],
  dropping: ["La prochaine réponse sera perdue", "سيضيع الجواب القادم"],
  ltr: ["Téléphone qui n’écrit que de gauche à droite",
    "هاتف لا يكتب إلا من اليسار إلى اليمين"],
  card: ["Codes de sa carte", "رموز بطاقته"],
  inbox: ["SMS", "الرسائل القصيرة"],
  optout: ["Refuser les SMS", "رفض الرسائل"],
  opted_out: ["SMS refusés", "الرسائل مرفوضة"],
  write: ["Écrire au {code}", "اكتب إلى {code}"],
  none: ["Aucun SMS pour le moment.", "لا توجد رسائل حاليا."],
  segments: ["segments : {n}", "الأجزاء: {n}"],
  log: ["Journal brut des échanges", "سجل المبادلات كما هي"],
  legend: ["→ vers le service   ← du service", "→ إلى الخدمة   ← من الخدمة"],
  no_calls: ["Rien pour le moment : composez le code.", "لا شيء حاليا: اتصل بالرقم."],
  Sent: ["arrivé", "وصلت"],
  Success: ["arrivé, accusé transmis", "وصلت وأبلغ المرسل"],
  sending: ["en cours d’envoi", "قيد الإرسال"],
  taken: ["reçu par le service", "توصلت بها الخدمة"],
  refused: ["non reçu par le service", "لم تتوصل بها الخدمة"],
  "screen.blank": ["", ""],
  "screen.off": ["Téléphone éteint", "الهاتف مطفأ"],
  "screen.running": ["Envoi…", "جار الإرسال…"],
  "screen.failure": ["Erreur du service.\nRéessayez plus tard.\n(écran de la passerelle)",
    "خطأ في الخدمة.\nحاول لاحقا.\n(شاشة البوابة)"],
  "screen.lost": ["Pas de connexion.\nLa session est coupée.", "لا يوجد اتصال.\nانقطعت الجلسة."],
  "screen.late": ["Temps écoulé.\nLa session est finie.", "انتهى الوقت.\nانتهت الجلسة."],
  "screen.unknown": ["Code inconnu.\nComposez {code}", "رقم غير معروف.\nاتصل بـ {code}"],
  "screen.closed": ["Session terminée.", "انتهت الجلسة."],
  "error.off": ["Ce téléphone est éteint : allumez-le.", "هذا الهاتف مطفأ: شغله."],
  "error.busy": ["Attendez la réponse en cours.", "انتظر الجواب الجاري."],
  "error.idle": ["Aucune session : composez le code.", "لا توجد جلسة: اتصل بالرقم."],
  "error.empty": ["Écrivez d’abord le SMS.", "اكتب الرسالة أولا."],
  "error.number": ["Ce numéro n’est pas valable.", "هذا الرقم غير صحيح."],
  "error.gone": ["Le simulateur ne répond plus. Relancez la démonstration.",
    "المحاكي لا يجيب. أعد تشغيل العرض."],
};

let column = 0;

export function speak(language) {
  column = language === "ar" ? 1 : 0;
  document.documentElement.lang = language;
  document.documentElement.dir = column ? "rtl" : "ltr";
}

// A word of the table, its {holes} filled; an unknown key is shown as it is.
export function say(key, values = {}) {
  const words = TABLE[key] ? TABLE[key][column] : key;
  return words.replace(/\{(\w+)\}/g, (hole, name) => name in values ? values[name] : hole);
}

// Fill every element that names its words: text, accessible label, placeholder.
export function label(root, values) {
  for (const el of root.querySelectorAll("[data-t]")) el.textContent = say(el.dataset.t, values);
  for (const el of root.querySelectorAll("[data-t-label]"))
    el.setAttribute("aria-label", say(el.dataset.tLabel, values));
  for (const el of root.querySelectorAll("[data-t-hint]"))
    el.placeholder = say(el.dataset.tHint, values);
}
