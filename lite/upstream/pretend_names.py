"""Names for the pretend fund, in Latin and Arabic letters: family names are made up."""

MEN = (
    ("Youssef", "يوسف"),
    ("Abdellah", "عبد الله"),
    ("Hamza", "حمزة"),
    ("Rachid", "رشيد"),
    ("Driss", "إدريس"),
    ("Brahim", "إبراهيم"),
    ("Noureddine", "نور الدين"),
    ("Abderrahim", "عبد الرحيم"),
    ("Jamal", "جمال"),
    ("Ayoub", "أيوب"),
    ("Zakaria", "زكرياء"),
    ("Étienne", "إتيان"),
    ("Mustapha", "مصطفى"),
    ("Anas", "أنس"),
)
WOMEN = (
    ("Khadija", "خديجة"),
    ("Aïcha", "عائشة"),
    ("Naïma", "نعيمة"),
    ("Zineb", "زينب"),
    ("Meryem", "مريم"),
    ("Hajar", "هاجر"),
    ("Latifa", "لطيفة"),
    ("Samira", "سميرة"),
    ("Ghita", "غيثة"),
    ("Rkia", "رقية"),
    ("Hélène", "هيلين"),
    ("Soukaïna", "سكينة"),
    ("Ijja", "إيجة"),
    ("Saïda", "سعيدة"),
)
FAMILY_NAMES = (
    ("Benyasmine", "بنياسمين"),
    ("Bouzitoun", "بوزيتون"),
    ("El Merjani", "المرجاني"),
    ("Aït Tamlilt", "أيت تمليلت"),
    ("El Limouni", "الليموني"),
    ("Boukandil", "بوقنديل"),
    ("Benqamar", "بنقمر"),
    ("El Mizani", "الميزاني"),
    ("Tichkani", "التيشكاني"),
    ("Benromana", "بنرمانة"),
    ("El Hadaïqi", "الحدائقي"),
    ("Aït Tafoukt", "أيت تافوكت"),
    ("Boulouz", "بولوز"),
    ("Ennajmaoui", "النجماوي"),
    ("El Kissani", "الكيساني"),
    ("Bendalia", "بندالية"),
    ("El Mersaoui", "المرساوي"),
    ("Dubreuil-Lamarine", "دوبروي لامارين"),
    ("Tamzini", "التمزيني"),
)
LONG_NAMES = {
    4: (
        "Lalla Fatima-Ezzahra Bent Abderrahmane Aït Tamlilt El Mersaoui",
        "للا فاطمة الزهراء بنت عبد الرحمان أيت تمليلت المرساوي",
    ),
    7: (
        "Moulay Abdelmounaïm Ben Sidi Abdelouahed El Hadaïqi Aït Tafoukt",
        "مولاي عبد المنعم بن سيدي عبد الواحد الحدائقي أيت تافوكت",
    ),
    18: (
        "Marie-Thérèse de La Fontaine-Dubreuil, épouse Boulouz",
        "ماري تيريز دو لا فونتين دوبروي زوجة بولوز",
    ),
}
