"""The words of the page of the switch, French then Arabic."""

from collections.abc import Mapping
from types import MappingProxyType

Pair = tuple[str, str]

HEADS: Mapping[str, Pair] = MappingProxyType(
    {
        "title": ("La caisse fictive", "الصندوق الوهمي"),
        "lead": (
            "Coupez la caisse, puis prenez un téléphone : tout continue. On ne voit qu’une date, "
            "un avis et, plus tard, un SMS.",
            "أوقفوا الصندوق ثم خذوا هاتفا: كل شيء يستمر. لا يظهر سوى تاريخ وإشعار ثم رسالة قصيرة "
            "فيما بعد.",
        ),
        "now": ("En ce moment :", "الآن:"),
        "seconds": ("Retour tout seul dans (secondes) :", "يعود وحده بعد (ثوان):"),
        "short": ("2 minutes", "دقيقتان"),
        "stay": ("Jusqu’à nouvel ordre", "حتى إشعار آخر"),
        "back": ("Remettre en marche", "إعادة التشغيل"),
        "does": ("Effet :", "الأثر:"),
        "try": ("À essayer :", "للتجربة:"),
        "phone": ("Les téléphones", "الهواتف"),
        "other": ("العربية", "Français"),
    }
)
_READ: Pair = (
    "composez le code, lisez « Mes dossiers » : tout y est, avec sa date.",
    "اتصلوا بالرقم واقرؤوا « ملفاتي »: كل شيء هناك مع تاريخه.",
)
# State -> its name, what it does, what to try on the phone meanwhile.
STATES: Mapping[str, tuple[Pair, Pair, Pair]] = MappingProxyType(
    {
        "up": (
            ("En marche", "يعمل"),
            ("la caisse répond et dit vrai.", "الصندوق يجيب ويقول الصحيح."),
            (
                "attendez une minute : l’avis disparaît, les demandes partent, les SMS arrivent.",
                "انتظروا دقيقة: يختفي الإشعار وتذهب الطلبات وتصل الرسائل.",
            ),
        ),
        "down": (
            ("En panne", "متوقف"),
            (
                "elle ne répond plus. En une minute, un avis paraît partout.",
                "لم يعد يجيب. يظهر إشعار في كل مكان خلال دقيقة.",
            ),
            (
                "demandez une attestation : elle est reçue, avec une référence. Envoyez ETAT. "
                "Remettez en marche : le SMS arrive.",
                "اطلبوا شهادة: يسجل الطلب ويعطى مرجعا. أرسلوا كلمة حالة. أعيدوا التشغيل: تصل "
                "الرسالة القصيرة.",
            ),
        ),
        "slow": (
            ("Lente", "بطيء"),
            (
                "chaque appel à la caisse prend deux secondes.",
                "كل اتصال بالصندوق يستغرق ثانيتين.",
            ),
            (
                "composez le code : l’écran vient aussi vite qu’avant.",
                "اتصلوا بالرقم: تظهر الشاشة بالسرعة نفسها.",
            ),
        ),
        "lies": (
            ("Illisible", "غير مقروء"),
            (
                "une ligne sur cinq est illisible, et les demandes restent sans réponse.",
                "سطر من كل خمسة لا يقرأ، والطلبات تبقى بلا جواب.",
            ),
            _READ,
        ),
        "partial": (
            ("Incomplète", "ناقص"),
            (
                "elle n’envoie que la moitié des lignes. Ce qui manque n’est pas effacé.",
                "لا يرسل إلا نصف الأسطر. ما ينقص لا يمحى.",
            ),
            _READ,
        ),
        "wrong-hash": (
            ("Envoi altéré", "إرسال محرف"),
            (
                "les lignes ne sont pas celles annoncées : tout l’envoi est refusé.",
                "الأسطر ليست هي المعلن عنها: يرفض الإرسال كله.",
            ),
            _READ,
        ),
        "html": (
            ("Page d’erreur", "صفحة خطأ"),
            (
                "elle répond une page HTML au lieu de données : c’est comme une panne.",
                "يجيب بصفحة HTML بدل المعطيات: كأنه متوقف.",
            ),
            _READ,
        ),
        "future": (
            ("Horloge en avance", "ساعة متقدمة"),
            (
                "ses données sont datées d’après-demain : elles sont refusées.",
                "معطياته مؤرخة ببعد غد: ترفض.",
            ),
            _READ,
        ),
    }
)
