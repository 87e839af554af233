"""What the made-up records are made of: names, places and texts. All addresses are `*.example`, and the telephone
numbers are of ranges that their countries keep for fiction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """`phone` is a number of which each `#` is a digit, or empty. `cities` are (city, state, postcode)."""

    name: str
    currency: str
    legal_form: str
    phone: str
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str, str], ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


COUNTRIES = (
    Country(
        "United States",
        "USD",
        "Inc.",
        "+120255501##",
        _words("Main_Street Oak_Avenue Market_Street Lakeview_Drive Union_Square"),
        (("Austin", "Texas", "78701"), ("Portland", "Oregon", "97204"), ("Boston", "Massachusetts", "02108")),
        _words("Maya Ethan Olivia Marcus Grace Daniel Naomi Tyler Chloe Andre Hannah Julian Keisha Wyatt Rosa Logan"),
        _words("Bennett Carter Ramirez Hughes Coleman Nguyen Foster Reed Delgado Brooks Sullivan Hayes Patel Whitaker"),
    ),
    Country(
        "United Kingdom",
        "GBP",
        "Ltd",
        "+442079460###",
        _words("High_Street Station_Road Victoria_Street Mill_Lane Queens_Road"),
        (("London", "England", "EC2A 4NE"), ("Bristol", "England", "BS1 4DJ"), ("Edinburgh", "Scotland", "EH1 1YZ")),
        _words("Imogen Callum Freya Rory Poppy Alistair Zara Gareth Niamh Oscar Bethan Idris Harriet Toby Amara Ewan"),
        _words("Whitfield Ashcroft Okafor MacLeod Pritchard Lyle Ainsworth Hargreaves Begum Thorne Sinclair Doyle"),
    ),
    Country(
        "Germany",
        "EUR",
        "GmbH",
        "+493023125###",
        _words("Hauptstraße Bahnhofstraße Gartenweg Lindenallee Am_Markt"),
        (("Berlin", "Berlin", "10117"), ("Hamburg", "Hamburg", "20095"), ("Köln", "Nordrhein-Westfalen", "50667")),
        _words(
            "Lena Jonas Miriam Felix Greta Anton Katharina Emre Paula Matthias Jule Sebastian Aylin Henrik Ida Lars"
        ),
        _words("Weber Schröder Krüger Yilmaz Hoffmann Brandt Lehmann Voß Schäfer Neumann Keller Arslan Böhm Sommer"),
    ),
    Country(
        "France",
        "EUR",
        "SAS",
        "+3319900####",
        _words("rue_Victor_Hugo avenue_de_la_République rue_des_Lilas boulevard_Voltaire place_du_Marché"),
        (("Lyon", "Auvergne-Rhône-Alpes", "69002"), ("Paris", "Île-de-France", "75011"), ("Nantes", "", "44000")),
        _words(
            "Camille Hugo Élodie Karim Manon Théo Inès Bastien Solène Mathis Aïcha Quentin Noémie Rémi Yasmine Loïc"
        ),
        _words("Lefèvre Moreau Garnier Benali Rousseau Chevalier Faure Diallo Marchand Perrin Gauthier Lemaître Roche"),
    ),
    Country(
        "Italy",
        "EUR",
        "S.r.l.",
        "",
        _words("via_Roma via_Garibaldi corso_Italia via_dei_Mille piazza_Dante"),
        (("Milano", "Lombardia", "20121"), ("Torino", "Piemonte", "10121"), ("Bologna", "Emilia-Romagna", "40126")),
        _words("Giulia Lorenzo Chiara Matteo Sofia Davide Alessia Nicolò Elisa Tommaso Francesca Pietro Ilaria Simone"),
        _words("Ferrari Conti Ricci Marino Greco Galli Fontana Barbieri Rinaldi Lombardi Caruso Moretti Bellini Serra"),
    ),
    Country(
        "Spain",
        "EUR",
        "S.L.",
        "",
        _words("calle_Mayor calle_de_Alcalá avenida_Diagonal calle_Sierpes paseo_del_Prado"),
        (("Barcelona", "Cataluña", "08002"), ("Madrid", "Madrid", "28014"), ("Sevilla", "Andalucía", "41004")),
        _words("Lucía Álvaro Carmen Iker Nuria Pablo Marta Sergio Irene Adrián Leire Gonzalo Alba Hugo Rocío Mateo"),
        _words("García_Ruiz Navarro Iglesias Ortega Castillo Ibáñez Romero Vidal Medina Cano Prieto Núñez Soler Arias"),
    ),
    Country(
        "Sweden",
        "EUR",
        "AB",
        "+4684650040#",
        _words("Storgatan Kungsgatan Drottninggatan Skolgatan Björkvägen"),
        (("Stockholm", "", "111 52"), ("Göteborg", "", "411 06"), ("Malmö", "", "211 22")),
        _words("Astrid Elias Saga Nils Linnea Oskar Freja Axel Ebba Viktor Maja Gustav Samira Love Tuva Arvid"),
        _words("Lindqvist Bergström Sjöberg Nyström Ekdahl Holm Öberg Wallin Åkesson Lundgren Hedlund Norberg Ström"),
    ),
    Country(
        "Poland",
        "EUR",
        "sp. z o.o.",
        "",
        _words("ulica_Długa ulica_Nowy_Świat aleja_Jana_Pawła ulica_Ogrodowa rynek_Główny"),
        (("Kraków", "małopolskie", "31-042"), ("Warszawa", "mazowieckie", "00-362"), ("Gdańsk", "pomorskie", "80-831")),
        _words("Zofia Jakub Agnieszka Piotr Hanna Michał Kinga Tomasz Ewa Wojciech Magda Łukasz Iga Bartosz Natalia"),
        _words("Nowak Kowalczyk Wójcik Mazur Krawczyk Sikora Pawlak Lis Malec Dudek Kubiak Wrona Gołąb Jóźwiak"),
    ),
    Country(
        "Brazil",
        "USD",
        "Ltda",
        "",
        _words("rua_Augusta avenida_Paulista rua_das_Flores rua_do_Comércio avenida_Atlântica"),
        (("São Paulo", "SP", "01310-100"), ("Curitiba", "PR", "80020-100"), ("Recife", "PE", "50030-150")),
        _words("Beatriz Thiago Larissa Rafael Júlia Caio Fernanda Vinícius Letícia Otávio Marina João Tainá Gustavo"),
        _words("Silva_Santos Oliveira Carvalho Barbosa Nogueira Araújo Moura Teixeira Prado Azevedo Rocha Pires Lima"),
    ),
    Country(
        "India",
        "USD",
        "Pvt Ltd",
        "",
        _words("MG_Road Residency_Road Park_Street Linking_Road Anna_Salai"),
        (("Bengaluru", "Karnataka", "560001"), ("Pune", "Maharashtra", "411001"), ("Chennai", "Tamil Nadu", "600002")),
        _words("Ananya Arjun Priya Rohan Meera Vikram Divya Karthik Ishita Nikhil Sana Rahul Kavya Imran Neha Aditya"),
        _words("Iyer Sharma Menon Kulkarni Reddy Khan Banerjee Desai Nair Joshi Chatterjee Rao Bhatt Malhotra Pillai"),
    ),
    Country(
        "Japan",
        "USD",
        "K.K.",
        "",
        _words("Chuo-dori Aoyama-dori Sakura-dori Midosuji Meiji-dori"),
        (("Tokyo", "", "104-0061"), ("Osaka", "", "530-0001"), ("Fukuoka", "", "810-0001")),
        _words("Haruka Kenta Yui Sota Aoi Ren Misaki Daichi Rin Takumi Nanami Hiroshi Emi Kaito Sakura Yuto"),
        _words(
            "Tanaka Fujimoto Nakamura Ishikawa Yamada Kobayashi Mori Shimizu Hayashi Ogawa Matsuda Kimura Endo Arai"
        ),
    ),
    Country(
        "Australia",
        "USD",
        "Pty Ltd",
        "+6149157015#",
        _words("George_Street Collins_Street Beach_Road Elizabeth_Street Railway_Parade"),
        (("Melbourne", "VIC", "3000"), ("Sydney", "NSW", "2000"), ("Perth", "WA", "6000")),
        _words("Matilda Jack Isla Lachlan Ruby Angus Mia Cooper Evie Hamish Lily Declan Tahlia Noah Georgia Kai"),
        _words("Fraser Gallagher Tran Mitchell Papadopoulos Walsh Kerr Donnelly Chen Burke Lawson Marsh Quinn Dawson"),
    ),
)

MEMBERS = (  # (first name, last name, time zone)
    ("Nora", "Lindgren", "Europe/Stockholm"),
    ("Samuel", "Adeyemi", "Europe/London"),
    ("Clara", "Montoya", "Europe/Madrid"),
    ("Jakob", "Winter", "Europe/Berlin"),
    ("Priya", "Raman", "Asia/Kolkata"),
    ("Owen", "Castellano", "America/New_York"),
)
MEMBERS_DOMAIN = "fieldnotes.example"

COMPANY_FIRST = _words(
    "Alder Amber Arctic Aspen Atlas Beacon Birch Bluebell Bright Cedar Cinder Clear Cobalt Copper Coral Crescent Delta"
    " Ember Evergreen Falcon Fern Flint Garnet Golden Granite Harbor Hazel Heron Indigo Iron Ivory Juniper Kestrel"
    " Lantern Lark Linden Lumen Maple Meridian Mistral Moss Northern Ochre Olive Onyx Opal Orchard Pebble Pine Quartz"
    " Raven River Saffron Silver Slate Spruce Sterling Summit Tidal Willow"
)
COMPANY_SECOND = _words(
    "Freight Logistics Software Systems Labs Health Biotech Foods Bakery Energy Solar Power Capital Insurance Works"
    " Tools Robotics Outfitters Market Textiles Media Studio Press Travel Hotels Airways Analytics Security Networks"
    " Motors Marine Farms Paper Glass Optics Design Learning Homes Water Sports"
)
COMPANY_THIRD = _words(
    "Group Partners International Digital Holding Ventures Nordic Iberia Pacific Atlantic Central One"
)

TITLES = _words(
    "Chief_Executive Head_of_Sales Head_of_Operations Purchasing_Manager Product_Manager Software_Engineer"
    " Finance_Director Office_Manager Marketing_Lead IT_Administrator Customer_Success_Manager Data_Analyst"
    " Legal_Counsel HR_Partner Project_Manager Account_Executive Designer Supply_Chain_Planner"
)

STAGES = ("NEW", "SCREENING", "MEETING", "PROPOSAL", "CUSTOMER")

PRODUCTS = (  # what is sold, and for how much at least and at most, in whole units of a currency
    ("Pilot", 2_000, 9_000),
    ("Team plan", 6_000, 24_000),
    ("Annual plan", 12_000, 60_000),
    ("Rollout", 30_000, 140_000),
    ("Enterprise plan", 80_000, 320_000),
    ("Migration", 9_000, 45_000),
    ("Training", 1_500, 8_000),
    ("Renewal", 10_000, 90_000),
)

NOTES = (  # (title, Markdown)
    (
        "Call with {first} {last}",
        "{first} is looking for a replacement before the contract ends.\n\n- Team of **{count}**, most of them in"
        " {city}\n- Wants single sign-on and an export\n- Decides together with finance\n\nNext: send the {product}"
        " offer.",
    ),
    (
        "What {company} uses today",
        "Spreadsheets and a shared inbox.\n\n1. Nobody knows who spoke to whom last\n2. Quotes are copied by hand\n3."
        " Reports take a day each month",
    ),
    (
        "Feedback on the demo",
        "Liked the pipeline and the search. _Open questions_:\n\n- Where is the data kept?\n- How are {count} contacts"
        " imported?\n- What does the {product} cost in the second year?",
    ),
    (
        "How decisions are made at {company}",
        "{first} recommends, the board signs. Budgets are fixed in the last quarter; below 25,000 {first} decides"
        " alone.",
    ),
    (
        "Visit in {city}",
        "Met {first} and two colleagues. The warehouse moves in spring, so **no change before that**. They would pilot"
        " with {count} people.",
    ),
    (
        "Reference customer?",
        "{first} is happy and would take calls from others, one a month. Ask before naming {company} in public.",
    ),
    (
        "Competition",
        "{company} also talks to two others. We are ahead on support and the API, behind on price for small teams.",
    ),
)

TASKS = (  # (title, Markdown)
    ("Send {first} the {product} offer", "With the discount for {count} seats that we talked about."),
    ("Call {first} back", "Best reached before noon."),
    ("Prepare the demo for {company}", "- Import their sample of {count} contacts\n- Show the board and the search"),
    ("Ask {first} for the signed contract", ""),
    ("Check the references of {company}", "Two are enough."),
    ("Plan the kick-off with {company}", "Half a day, in {city} or online."),
    ("Update the forecast for {company}", "{product}: amount and close date."),
    ("Introduce {first} to support", ""),
    ("Thank {first} for the referral", "A card, not an e-mail."),
    ("Review the terms that {company} sent", "Legal wants a week for it."),
)

THREADS = (  # (subject, the messages in turn, of ours first)
    (
        "{product} for {company}",
        (
            "Hi {first},\n\nthank you for your time on {day}. As promised, here is what the {product} covers for a team"
            " of {count}, and what it would cost in the first year.\n\nShall we talk it through next week?\n\n{member}",
            "Hi {member},\n\nthanks, that is clear. Could you split it into setup and licences? Finance will ask."
            "\n\nBest\n{first}",
            "Of course: setup is a fifth of it, once, and the rest is per year. The document is updated.\n\n{member}",
            "Perfect. I take it to the board on {day} and come back to you.\n\n{first}",
        ),
    ),
    (
        "Nice to meet you",
        (
            "Hello {first},\n\nit was good to meet you at the fair in {city}. You mentioned that quotes still go by"
            " spreadsheet at {company}; I would like to show you how others left that behind.\n\nWould {day} suit you?"
            "\n\n{member}",
            "Hello {member},\n\n{day} works, after two. I will bring a colleague who knows the details.\n\n{first}",
            "Great, the invitation is on its way.\n\n{member}",
        ),
    ),
    (
        "Question about the import",
        (
            "Hi {first},\n\nhow is the trial going? Tell me if the import gives you trouble.\n\n{member}",
            "It does, a little: {count} rows, and forty of them are refused because of the e-mail address. What is"
            " wrong with them?\n\n{first}",
            "They have two addresses in one cell. Put the second one into the column for additional addresses, and they"
            " go through. I am happy to do it with you on {day}.\n\n{member}",
            "That was it. All in now, thank you!\n\n{first}",
        ),
    ),
    (
        "Contract for {company}",
        (
            "Dear {first},\n\nattached is the contract as we agreed it, with the notice period of three months.\n\nKind"
            " regards\n{member}",
            "Dear {member},\n\nour lawyer has two remarks on section 7, both about liability. Can we find half an hour"
            " on {day}?\n\n{first} {last}",
            "Yes. I have sent an invitation, and asked our counsel to join.\n\n{member}",
        ),
    ),
    (
        "How are you getting on?",
        (
            "Hi {first},\n\nhalf a year already! {count} of your colleagues were active last week. Is there anything"
            " that we should do better?\n\n{member}",
            "Hi {member},\n\nwe are fine. If I had a wish: reminders for tasks that are overdue.\n\n{first}",
        ),
    ),
    (
        "Moving our meeting",
        (
            "Hi {first},\n\nsomething came up. Could we meet on {day} instead?\n\n{member}",
            "No problem, same time on {day}.\n\n{first}",
        ),
    ),
    ("Your visit in {city}", ("Hi {first},\n\nI am in {city} on {day}. Coffee at your office?\n\n{member}",)),
)

EVENTS = (  # (title, minutes, description)
    ("Demo for {company}", 45, "The pipeline, the import and your questions."),
    ("{company}: first call with {first}", 30, "To learn what you need."),
    ("Contract review with {company}", 60, "Sections 4 and 7."),
    ("Kick-off at {company}", 180, "Goals, people, dates."),
    ("Quarterly review with {first}", 60, "What went well, and what comes next."),
    ("Lunch with {first}", 75, ""),
)


def member_name(number: int) -> str:
    return " ".join(MEMBERS[number][:2])


def member_address(number: int) -> str:
    return f"{MEMBERS[number][0].lower()}@{MEMBERS_DOMAIN}"
