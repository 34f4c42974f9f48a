### Русский. Ключи во всех языках одни и те же; их сверяет тест.

## Подписи

label-arguments = Аргументы
label-channel = Канал
label-public = Публичный канал
label-command = КОМАНДА
label-commands = Команды
label-config = Настройки
label-corrects = Исправляет
label-desk = Ключи
label-device = Устройство
label-error = Ошибка
label-expires = Хранится до
label-home = Папка
label-id = ID
label-industry = Отрасль
label-keystore = Хранилище ключей
label-listens = Принимает соединения на
label-lock = Замок
label-member = Участник
label-minutes = Последний протокол, №
label-name = Имя
label-option = ПАРАМЕТРЫ
label-options = Параметры
label-peer-id = Имя в сети
label-received = Пришло сюда
label-reply-to = В ответ на
label-socket = Сокет
label-standing = Положение
label-store = Хранилище
label-system-config = Настройки машины
label-territory = Территория
label-unread = Не прочитано
label-usage = Как вызвать
label-written = Написано
label-against = Против
label-for = За
label-missing = Ещё не слышно

## Справка

help-kenes = Сообщения для комитетов — с интернетом и без него. Просто `kenes` подскажет, что делать дальше.
help-init = Завести папку: ваши ключи под парольной фразой
help-up = Работать: хранить, встречаться с другими и выполнять команды, пока не остановят
help-unlock = Открыть ключи в работающем `kenes up`
help-lock = Закрыть ключи в работающем `kenes up`
help-home = Если эту папку скопировали или перенесли: в какой из них остаётся ваш голос
help-home-only = В этой, других копий больше нет: голос остаётся здесь
help-home-copy = Пользуются другой: здесь ваш голос стирается навсегда
help-status = Как идут дела
help-clock = Что показывают часы этой машины и можно ли им верить
help-clock-right = Часы верны: идти по ним, что бы они ни показывали раньше
help-doctor = Каковы настройки, откуда они взяты и всё ли в порядке
help-paths = Где что лежит
help-committee = Комитеты и их участники
help-committee-new = Основать комитет
help-committee-list = Комитеты, в которых вы состоите
help-committee-show = Один комитет
help-committee-members = Кто состоит в комитете
help-committee-invite = Выписать приглашение
help-committee-join = Подать заявку по приглашению
help-committee-requests = Заявки на вступление
help-committee-admit = Принять с испытательным сроком
help-committee-decline = Больше не показывать заявку. Подавшему ничего не сообщается
help-committee-verify = Сверить двенадцать слов с участником — лично или голосом
help-committee-pause = Не давать читать дальше, пока не решит комитет
help-committee-link = Ссылка для тех, кто не состоит в комитете и хочет знать, что он говорит публично
help-committee-follow = Слушать комитет по ссылке, не вступая в него
help-committee-leave = Забыть комитет в этой папке: его ключи и всё прочитанное
help-minutes = Что решает комитет: кто в нём состоит и по каким правилам
help-minutes-propose = Внести проект протокола на подписи остальным
help-minutes-sign = Подписать открытый проект протокола
help-minutes-pass = Перейти к кругу, о котором просит автор проекта: в прежних больше не подписывать
help-minutes-stand = Если приняты два протокола с одним номером: держаться одного
help-minutes-list = Протоколы и открытые проекты, сначала новые
help-minutes-show = Протокол по номеру или один проект
help-minutes-export = Сохранить проект с подписями в файл — для голосующего, до которого иначе не доходит
help-minutes-import = Взять проект с подписями из файла
help-minutes-certificate = Сохранить то, что докажет протокол с этим номером и все прежние кому угодно
help-minutes-key = Попросить новый ключ голоса вместо утраченного или стёртого здесь
help-bulletin = Писать и читать
help-bulletin-post = Написать сообщение
help-bulletin-list = Сообщения, сначала новые
help-bulletin-show = Одно сообщение
help-bulletin-reply = Ответить на сообщение
help-bulletin-correct = Написать своё сообщение заново; прежнее остаётся и показано как исправленное
help-bulletin-retract = Отозвать своё сообщение; оно остаётся и показано как отозванное
help-bulletin-save = Сохранить публичное сообщение как свидетельство того, чьё оно
help-bulletin-watch = Показывать новые сообщения, как только придут
help-resolution = Резолюции: тексты, которые комитет принимает или нет
help-resolution-propose = Внести резолюцию. Кто вносит, тот за неё
help-resolution-vote = Сказать «за» или «против» резолюции, один раз
help-resolution-list = Резолюции комитета
help-resolution-show = Одна резолюция, и кто что сказал
help-resolution-export = Сохранить резолюцию со сказанным по ней в файл — для голосующего, до которого иначе не доходит
help-resolution-import = Взять резолюцию со сказанным по ней из файла
help-resolution-certificate = Сохранить то, что докажет принятую резолюцию кому угодно
help-verify = Что доказывает свидетельство. Папка для этого не нужна
help-peers = Другие узлы
help-peers-list = Кто сейчас на связи
help-peers-add = Соединиться с узлом — сейчас и впредь
help-peers-drop = Больше не соединяться с узлом
help-peers-block = Никогда больше не говорить с узлом
help-carry = Каналы, конверты которых здесь хранят и передают дальше
help-carry-list = Какие каналы здесь хранятся
help-carry-add = Хранить канал
help-carry-drop = Больше не хранить канал и забыть то, что от него лежит
help-sync = Сверить всё со всеми, кто на связи
help-keys = Ваши собственные ключи и слова, которые вас вернут
help-keys-show = Кто вы в каждом комитете и голосуете ли отсюда
help-keys-devices = Ваши устройства в каждом комитете
help-keys-backup = Показать 24 слова ещё раз, чтобы записать
help-keys-restore = Завести папку по 24 записанным словам
help-keys-vote = Голосовать ключом восстановления, пока комитет не дал новый ключ голоса
help-wipe = Сразу уничтожить ключи этой папки, а затем всё остальное в ней
help-demo = Целая история на этой машине, во временных папках
help-completions = Подсказки команд для оболочки

value-addr = АДРЕС
value-channel = КАНАЛ
value-image = ИЗОБРАЖЕНИЕ
value-cmd = КОМАНДА
value-committee = КОМИТЕТ
value-dir = ПАПКА
value-f = ФАЙЛ
value-file = ФАЙЛ
value-industry = ОТРАСЛЬ
value-link = ССЫЛКА
value-name = ИМЯ
value-no = №
value-peer = УЗЕЛ
value-seconds = СЕКУНДЫ
value-shell = ОБОЛОЧКА
value-text = ТЕКСТ
value-time = СРОК
value-title = ЗАГОЛОВОК
value-uri = ПРИГЛАШЕНИЕ
value-when = КОГДА
value-who = КТО
value-words = СЛОВА

arg-home = В какой папке работать
arg-json = Отвечать в JSON
arg-lang = Язык: kk, ru или en
arg-color = Цвет: auto, always или never
arg-no-input = Ничего не спрашивать
arg-passphrase-file = Взять парольную фразу из первой строки файла, который можете читать только вы
arg-passphrase-fd = Взять парольную фразу из открытого дескриптора
arg-committee = Какой комитет: название или начало его ID
arg-quiet = Без замечаний
arg-verbose = Подробнее; дважды — ещё подробнее
arg-help = Эта справка
arg-version = Версия
arg-name = Как вас называть
arg-up-relay = Только хранить для других; здесь никто не читает
arg-up-listen = Ждать соединений на этом адресе, например /ip4/0.0.0.0/tcp/4070; можно несколько раз
arg-up-peer = Соединиться с этим адресом; можно несколько раз
arg-up-no-mdns = Не искать других в местной сети
arg-watch = Продолжать при каждой перемене
arg-doctor-records = Открыть ключи и прочитать все записи, которые под ними хранит эта папка
arg-sync-peer = Сначала соединиться с этим адресом
arg-wait = Сколько секунд ждать других, от 1 до 600
arg-committee-new-name = Название комитета
arg-territory = Где он, начиная с самого широкого
arg-industry = Отрасль
arg-quorum = Какая доля голосов нужна для решений кроме большинства: от 1/2 до 2/3
arg-history = Что могут читать из прежнего новички с правом голоса: all (всё) или none (ничего)
arg-uses = Сколько человек может прийти, от 1 до 4. На одного — значит передано из рук в руки, и ответ даётся без вопросов
arg-back = Только для этого участника: он возвращается по 24 словам, потеряв всё
arg-words-file = Прочесть 24 слова из файла, который доступен только вам
arg-expires = Сколько узлы его хранят, например 12h, 14d, 2w
arg-committee-invite-expires = Сколько оно действует, например 12h, 14d, 2w
arg-uri = Приглашение; - для стандартного ввода: по нему вступит всякий, кто увидит его в командной строке
arg-scan = Прочитать с изображений кода: фотографий или снимков экрана, PNG или JPEG
arg-qr = Показать и как код
arg-png = Записать как код в новый PNG
arg-committee-invite-png = Записать как код в новый PNG, который прочтёте только вы, и не показывать на экране
arg-committee-join-qr = Показать ваши двенадцать слов как код, чтобы пригласивший его сфотографировал
arg-committee-join-png = Записать ваши двенадцать слов как код в новый PNG
arg-committee-verify-png = Записать двенадцать слов как код в новый PNG
arg-committee-admit-scan = Принять только того, чьи слова на этом изображении: `join --qr` у новичка
arg-committee-verify-qr = Показать двенадцать слов как код: свои, чтобы другие сфотографировали
arg-committee-verify-scan = Прочитать слова с изображений кода на экране самого участника
arg-committee-invite-out = Записать в новый файл, который прочтёте только вы, а не на экран
arg-committee-invite-device = Для другого вашего устройства: оно читает и пишет как вы, но не голосует
arg-committee-join-file = Прочесть приглашение из файла
arg-committee-join-name = Как вас называть в этом комитете
arg-founder = Как вас называть в этом комитете
arg-admit = Кто отныне голосует; если назван и в --steward — как распорядитель
arg-remove = Кто больше не участник комитета
arg-steward = Кто может принимать людей и ведёт список канала
arg-retire = Кто больше не распорядитель
arg-spokesperson = Кто публикует от имени комитета
arg-minutes-propose-until = До какого срока, не больше 90 дней: 30d, 2026-12-24
arg-recall = Какой представитель или какое устройство (по началу ключа) больше не говорит
arg-minutes-propose-since = Первое их сообщение, которое больше не считается, по началу его ID (если не указать, всё известное сейчас остаётся в силе)
arg-reinstate = Кто возвращается после приостановки
arg-keep = Кто остаётся на испытательном сроке, хотя принявший уходит
arg-new-key = Чей ключ голоса меняется на тот, о котором просит владелец: сначала сверьте с ним слова
arg-policy = Правила: quorum=2/3, history=all или none, retention=ДНИ
arg-sheet = ID проекта или его начало
arg-which = Номер протокола или начало ID проекта
arg-minutes-export-file = Какой файл создать; - — стандартный вывод
arg-minutes-import-file = Файл; - — стандартный ввод
arg-minutes-list-open = Только те, что ещё могут быть приняты
arg-who = Имя или начало ID
arg-yes = Не переспрашивать
arg-committee-verify-words = Двенадцать слов, как их читает участник
arg-because = Почему: arrested (арест), lost-device (потеряно устройство) или distrust (недоверие)
arg-text = Текст; - или ничего — со стандартного ввода
arg-file = Взять текст из файла
arg-title = Заголовок
arg-urgent = Пусть обгонит другие
arg-public = Публично, для всех, от имени комитета: может только представитель
arg-link = Ссылка комитета
arg-path = Какой файл создать
arg-publish = Комитет отныне публикует или переходит в другой публичный канал
arg-new-channel = Комитет переходит в новый канал, списки которого ведёте вы как распорядитель: когда прежние хранители потеряны, захвачены или разошлись
arg-bulletin-correct-id = ID сообщения или его начало
arg-bulletin-correct-title = Другой заголовок; если не указан, остаётся прежний
arg-bulletin-correct-expires = Сколько узлы его хранят, например 14d; не меньше, чем исправляемое
arg-reply-to = Сообщение, на которое это отвечает
arg-id = ID сообщения или его начало
arg-since = Написанные с тех пор: 2d, 2026-11-24, "2026-11-24 18:00"
arg-unread = Только непрочитанные
arg-before = Те, что старше этого: его ID или начало ID
arg-limit = Не больше стольких, от 1 до 10000; без параметра — 100
arg-date = Дата и время, если часы этой машины идут неверно
arg-exec = Для каждого выполнить эту команду; сообщение придёт ей на стандартный ввод в JSON
arg-address = Адрес, например /ip4/192.168.1.5/tcp/4070
arg-peer = Добавленный адрес или имя в сети
arg-channel = ID канала, или канал@список, чтобы держаться списка
arg-shell = bash, zsh, fish, elvish или powershell
arg-resolution-vote-id = ID резолюции или его начало
arg-resolution-show-id = ID резолюции или его начало
arg-resolution-export-id = ID резолюции или его начало
arg-resolution-export-file = Какой файл создать; - — стандартный вывод
arg-resolution-import-file = Файл; - — стандартный ввод
arg-resolution-certificate-id = ID резолюции или его начало
arg-resolution-certificate-file = Куда; - для стандартного вывода
arg-minutes-certificate-no = Номер протокола
arg-minutes-certificate-file = Куда; - для стандартного вывода
arg-resolution-propose-title = Заголовок, одна строка
arg-resolution-propose-until = До какого срока вы просите голосовать, например 12h, 14d, 2w; это ничего не решает
arg-choice = adopt — за, reject — против
arg-open = Только то, что ещё не решено
arg-verify-file = Файл; - для стандартного ввода
arg-words = Двенадцать слов комитета: с плаката, с бумаги или по телефону
arg-checkpoint = Протокол, которого держаться, в виде №@ID

## Что бывает не так в командной строке

usage-unknown-argument = Здесь нет { $argument }.
usage-unknown-command = Нет команды { $argument }.
usage-missing-command = Не хватает команды: { $permitted }.
usage-missing-argument = Не хватает: { $argument }.
usage-bad-value = { $value } не подходит для { $argument }.
usage-value-is = Что это: { $about }.
usage-conflict = { $argument } и { $other } исключают друг друга.
usage-too-many = Слишком много значений для { $argument }.
usage-not-text = Один из аргументов — не текст.
usage-other = Команда написана непонятно.
usage-nearest = Может быть, { $nearest }?

## Ошибки

error-usage = { $problem }
hint-usage = `kenes --help` покажет, что есть.
error-home_in_use = Эту папку занял процесс { $holder }.
hint-home_in_use = Дождитесь, пока он закончит, или остановите его.
error-unreachable = `kenes up` не отвечает.
hint-unreachable = Работает ли он ещё? Запустите снова: `kenes up`.
error-garbled = Ответ `kenes up` оборвался или непонятен.
hint-garbled = Работает ли он ещё и той ли он версии? Остановите его и запустите снова.
error-answer_too_long = Ответ длиннее, чем читается за один раз.
hint-answer_too_long = Запросите меньше за один раз: `--limit N`.
error-needs_up = Это возможно, только пока работает `kenes up`.
hint-needs_up = Запустите его в другом окне: `kenes up`.
error-no_passphrase = Нужна парольная фраза, а спросить некого.
hint-no_passphrase = Укажите --passphrase-file или сначала откройте ключи: `kenes unlock`.
error-nobody_to_ask = Нужно знать, а спросить некого: { $question }
hint-nobody_to_ask = Укажите параметром; `--help` покажет каким.
error-passphrases_differ = Парольные фразы не совпадают.
hint-passphrases_differ = Повторите команду и оба раза введите одно и то же.
error-weak_passphrase = В парольной фразе должно быть не меньше { $limit } знаков.
hint-weak_passphrase = Пять-шесть случайных слов — и надёжно, и легко запомнить.
error-open_to_others = { $path } могут читать другие.
hint-open_to_others = Закройте доступ другим: chmod go-rwx.
error-file = Не получается использовать { $path }: { $cause }
hint-file = Проверьте, как написан путь и чья это папка.
error-not_text = { $path } — не текст в UTF-8.
hint-not_text = Сохраните его как простой текст в UTF-8.
error-not_a_file = { $path } — не обычный файл.
hint-not_a_file = Укажите файл, который можно прочесть, а не папку и не устройство.
error-no_text = Нет текста, отправлять нечего.
hint-no_text = Укажите его в кавычках или через --file, либо введите и нажмите Ctrl-D на пустой строке.
error-bad_config = Настройки в { $path } непонятны: { $cause }
hint-bad_config = Исправьте файл или уберите его: без него все настройки обычные.
error-unknown_key = Настройки { $key } нет, а она стоит в { $path }. Ближе всего { $nearest }.
hint-unknown_key = Исправьте там имя или удалите строку.
error-no_committee = Вы пока не состоите ни в одном комитете.
hint-no_committee = Основать свой: `kenes committee new`; вступить: `kenes committee join`.
error-which_committee = Какой комитет? Вы состоите в нескольких: { $names }
hint-which_committee = Назовите один параметром -c.
error-socket = Не получается занять сокет { $path }: { $cause }
hint-socket = Уберите то, что там лежит, или выберите другую папку параметром --home.
error-socket_path = Путь { $path } занимает { $length } байт, а у сокета не может быть больше { $limit }.
hint-socket_path = Выберите папку с путём покороче.
error-port_taken = { $address } занят другой программой.
hint-port_taken = Выберите другой порт или 0 — любой.
error-cannot_listen = Не получается ждать соединений на { $address }: { $cause }
hint-cannot_listen = Укажите адрес этой машины или /ip4/0.0.0.0/tcp/4070 — на всех её адресах.
error-unwell = Не всё в порядке.
hint-unwell = Что не так, сказано выше в отмеченных строках.
error-story_broke = История оборвалась на «{ $step }»: { $cause }
hint-story_broke = Запустите ещё раз: `kenes demo`. Если оборвётся там же, сообщите тем, от кого у вас эта программа.
error-nobody_met = За отведённое время никто не встретился.
error-in_part = За отведённое время сверено не всё.
hint-in_part = Попробуйте ещё раз с --wait подлиннее.
hint-nobody_met = Есть ли кто поблизости? Соединиться с узлом: `kenes peers add АДРЕС`.
error-words_differ = Это не слова ключей этого участника.
hint-words_differ = Прочтите все двенадцать ещё раз. Если они расходятся, между вами кто-то стоит: дальше не идите.
error-words_unseen = Папка заведена, но её 24 слова никто не увидел.
hint-words_unseen = Их ещё раз покажет `kenes keys backup`. Запишите их, пока ничего не потеряно.
error-interrupted = Остановлено. Больше ничего не сделано.
error-unexpected = Не получилось: { $cause }
hint-unexpected = Попробуйте ещё раз. Если не поможет, посмотрите, что найдёт `kenes doctor`.
error-bad_request = Запрос непонятен.
hint-bad_request = Возможно, `kenes up` другой версии, чем эта команда: остановите его и запустите снова.
error-bad_value = Не подходит ({ $what }): { $value }
hint-bad_value = Как это пишется, покажет `--help` после команды.
error-too_long = Слишком длинно: можно не больше { $limit } байт.
hint-too_long = Сократите или отправьте частями.
error-not_found = Не найдено ({ $what }): { $id }
hint-not_found = Что здесь есть, покажут списки: `kenes committee list`, `kenes committee members`, `kenes minutes list`, `kenes bulletin list`.
error-short_id = «{ $id }» — слишком мало для начала ID: нужно не меньше { $limit } знаков.
hint-short_id = В списках показаны первые восемь знаков.
error-ambiguous = { $id } подходит не к одному ({ $what }).
hint-ambiguous = Укажите ID подлиннее.
error-not_initialised = В этой папке ещё ничего нет.
hint-not_initialised = Начните с `kenes init`. Только хранить для других: `kenes up --relay`.
error-already_initialised = Эта папка уже заведена.
hint-already_initialised = Выберите другую параметром --home.
error-locked = Ключи закрыты.
hint-locked = Откройте их: `kenes unlock`.
error-wrong_passphrase = Парольная фраза не та.
hint-wrong_passphrase = Проверьте раскладку клавиатуры и Caps Lock. Если фраза забыта, новую папку заведут 24 слова: `kenes keys restore`.
error-no_desk = Это ретранслятор: здесь никто не читает.
hint-no_desk = Дайте команду в собственной папке: --home.
error-bad_invite = Это не приглашение, или оно повреждено.
hint-bad_invite = Скопируйте его целиком; оно начинается с kenes:
error-not_authentic = Это ничего не доказывает: { $cause }.
hint-not_authentic = Попросите сам файл у того, кто вам его дал, а пока никому не передавайте.
error-said_other = По этой резолюции вы уже сказали обратное; сказать можно одно и один раз.
hint-said_other = Сказанное остаётся. Если вы передумали, внесите другую резолюцию: `kenes resolution propose`.
error-not_adopted = Резолюция не принята: за неё { $signed }, а нужно { $needed }.
hint-not_adopted = Кого ещё не слышно, покажет `kenes resolution show ID`.
error-other_words = Это приглашение возвращает другого: 24 слова этой папки не его.
hint-other_words = Вступайте из папки, которую `kenes keys restore` завёл по словам этого участника.
error-no_spare_pen = Для приглашения не осталось запасного пера: следующий список ждёт других распорядителей.
hint-no_spare_pen = Ничего делать не нужно: когда другой распорядитель откроет свои ключи и вы встретитесь, приглашение получится. Если потеряно столько хранителей списков, что их больше никто не подписывает, `kenes minutes propose --new-channel` переводит комитет в новый канал.
error-not_a_picture = { $path } не PNG и не JPEG или повреждён.
hint-not_a_picture = Сделайте снимок снова или сохраните его как PNG или JPEG.
error-picture_too_large = { $path } слишком большое изображение.
hint-picture_too_large = Не больше 64 миллионов точек; достаточно снимка одного кода.
error-no_code = В { $path } не удаётся прочитать код.
hint-no_code = Снимите его прямо спереди, целиком, при хорошем свете, чтобы он занимал большую часть снимка.
error-other_code = Код в { $path } говорит не то, что здесь нужно.
hint-other_code = `committee join` ждёт приглашение, `committee follow` ссылку, `admit` и `verify` двенадцать слов.
error-several_codes = На изображениях несколько таких кодов.
hint-several_codes = Дайте изображение с одним.
error-no_pen = Комитет перешёл в другой канал, и ни в одном списке там ещё нет вашего пера.
hint-no_pen = Распорядитель внесёт его, когда вы встретитесь; тогда попробуйте снова.
error-keeps_no_lists = Кто начинает другой канал, ведёт его списки как распорядитель.
hint-keeps_no_lists = Добавьте в проект `--steward` со своим именем или пусть проект внесёт распорядитель.
error-strange_channel = Проект называет канал, первого списка которого здесь нет или в котором чужие перья.
hint-strange_channel = Встретьтесь ещё раз с тем, кто внёс проект; если не поможет, не подписывайте и спросите его.
error-bad_words = Это не те 24 слова: { $cause }.
hint-bad_words = Сверьте каждое с бумагой; все слова английские, строчными буквами.
error-member_out = Этот участник исключён.
hint-member_out = Сначала его возвращает протокол: `kenes minutes propose --reinstate`.
error-signed_elsewhere = Потерянное устройство уже подписало что-то о следующем протоколе, поэтому ключ восстановления о нём ничего не подписывает.
hint-signed_elsewhere = Подождите, пока этот протокол решится, или попросите новый ключ голоса.
error-invite_over = Приглашение больше не действует.
hint-invite_over = Попросите новое.
error-not_author = Исправить или отозвать сообщение может только тот, кто его написал.
hint-not_author = Ответить на него: `kenes bulletin reply ID`.
error-taken_back = Сообщение отозвано, и вернуть его нельзя.
hint-taken_back = Новое сообщение: `kenes bulletin post`.
error-not_allowed = Книга комитета вам этого не разрешает.
hint-not_allowed = Кто голосует и кто распорядитель, покажет `kenes committee members`: попросите кого-то из них.
error-follows = Здесь комитет только слушают, не состоя в нём.
hint-follows = Это могут лишь участники; чтобы стать участником, нужно приглашение.
error-bad_link = Это не ссылка, или она повреждена.
hint-bad_link = Скопируйте её ещё раз целиком.
error-other_minutes = Ссылка называет другой протокол, чем тот, которого держатся здесь.
hint-other_minutes = Одно из двух не от комитета, или он расколот. Спросите и сверьте слова; `kenes committee leave` позволит начать заново.
error-not_publishing = Комитет ничего не публикует.
hint-not_publishing = `kenes minutes propose --publish --spokesperson КТО --until 30d`
error-not_spokesperson = Вы сейчас не говорите от имени комитета.
hint-not_spokesperson = Кто говорит, решает протокол: `kenes minutes propose --spokesperson КТО --until 30d`
error-no_public_pen = Список публичного канала сюда не дошёл, или вашего пера в нём ещё нет.
hint-no_public_pen = Его подпишет тот, кто начал канал, при встрече; потом попробуйте снова.
error-few_voters = Для ссылки нужно голосующих: { $enough }, а здесь их { $voters }.
hint-few_voters = Пока она держалась бы на одном ключе. Право голоса даёт `kenes minutes propose --admit КТО`.
error-pending = Вас ещё не приняли.
hint-pending = Тот, кто пригласил, должен побывать у ретранслятора, до которого доходите и вы.
error-bad_name = Это не может быть именем: { $cause }
hint-bad_name = Выберите имя из видимых букв и цифр.
error-not_possible = Так нельзя: { $cause }
hint-not_possible = Исправьте это и дайте команду снова.
error-no_epoch = Писать пока нельзя: сначала голосующий должен создать новые ключи, или ваши ещё не пришли.
hint-no_epoch = Они придут при ближайшей встрече.
error-full = Больше этого в комитете быть не может.
hint-full = Возможно, место ещё есть у другого; иначе подождите, пока открытое будет решено.
error-copied = Эту папку скопировали или перенесли, а у вас единственный голос комитета: пока вы не скажете, в какой папке он остаётся, ничего не подписывается.
hint-copied = Если других копий больше нет: `kenes home only`. Если пользуются другой: `kenes home copy`, тогда здесь ваш голос стирается.
error-own_channel = По этому каналу идёт переписка вашего комитета.
hint-own_channel = Чтобы забыть комитет: `kenes committee leave`.
error-joined = Вы уже состоите в этом комитете или уже подали заявку.
hint-joined = Как обстоит дело, покажет `kenes committee list`.
error-suspension_open = Вы уже приостановили чьё-то участие, а приостанавливать можно только по одному.
hint-suspension_open = Это может сделать другой голосующий.
error-bad_sheet = Это никогда не станет протоколом: { $cause }.
hint-bad_sheet = Внесите заново, без этого.
error-unsigned = Здесь это не подписывается: { $cause }.
hint-unsigned = Как обстоит дело с проектом, покажет `kenes minutes show ID`.
error-decided = Протокол № { $no } уже решён: больше о нём ничего не подписывается.
hint-decided = То, что ещё нужно, внесите в следующий проект: `kenes minutes propose`. Подписи под старым там не считаются.
error-unfollowed = Проект следует за протоколом, которого здесь нет: последний здесь — № { $no }.
hint-unfollowed = Попросите сохранить в файлы и протоколы между ними и возьмите их по порядку.
error-forked = Приняты два протокола с одним номером: кто-то подписал дважды. Здесь ничего не подписывается, пока вы не скажете, чего держаться.
hint-forked = `kenes minutes list` покажет оба, `kenes minutes stand ID` — держаться одного. Сначала поговорите с остальными.
error-adrift = Здешняя книга не доходит до протокола, которого здесь держатся.
hint-adrift = Остальное придёт при ближайшей встрече.
error-no_vote_key = У вас есть голос, но ключа голоса здесь нет: он стёрт, или его заменил протокол.
hint-no_vote_key = `kenes minutes key` попросит у остальных новый.
error-no_key_wanted = Этот участник не просит нового ключа голоса.
hint-no_key_wanted = Сначала просит тот, кто потерял ключ: `kenes minutes key`.
error-out = Вы исключены из того, что пишется отныне: { $cause }.
hint-out = Поговорите с теми, кто голосует: они могут вернуть вас протоколом.
error-clock_doubted = Часы этой машины явно идут неверно.
hint-clock_doubted = Установите на этой машине дату и время или назовите их параметром --date. Если они верны, подтвердите это: `kenes clock right`.
error-too_early = { $date } быть не может: ничто не датируется раньше { $least }, когда создана эта программа.
hint-too_early = Установите дату и время этой машины или укажите --date позже.
error-bad_address = «{ $address }» — не адрес, которым можно пользоваться.
hint-bad_address = Адрес выглядит так: /ip4/192.168.1.5/tcp/4070
error-no_network = У этого процесса нет сети.
hint-no_network = Запустите `kenes up` в другом окне.
error-timed_out = Ответа за отведённое время не было.
hint-timed_out = Попробуйте ещё раз. Если не поможет, остановите `kenes up` и запустите заново.
error-storage = Хранилищем нельзя пользоваться: { $cause }
hint-storage = `kenes doctor` посмотрит, что с ним.
error-stopping = `kenes up` завершает работу.
hint-stopping = Подождите, пока он закончит, и дайте команду снова.
error-failed = Не получилось: { $cause }
hint-failed = Попробуйте ещё раз. Если не поможет, посмотрите, что найдёт `kenes doctor`.

what-bulletin = сообщение
what-committee = комитет
what-member = участник
what-minutes = протокол
what-id = ID
what-channel = канал
what-peer = узел
what-moment = дата или время
what-address = адрес
what-path = путь
what-resolution = резолюция
what-words = список из двенадцати слов
part-genesis = учредительный протокол
part-assent = подпись учредителя
part-sheet = проект протокола
part-offer = внесённый проект
part-pass = переход к другому кругу
part-vote = подпись под протоколом
part-resolution = резолюция
part-ballot = подпись под резолюцией
part-device = устройство автора
part-bulletin = сообщение

## Причины: то, что стоит на месте { $cause } в ошибке

cause-absent = его нет
cause-forbidden = система не разрешает
cause-disk_full = на диске нет места
hint-disk_full = Освободите место на диске и попробуйте ещё раз.
cause-read_only = диск только для чтения
hint-read_only = Выберите место, куда можно писать.
cause-exists = такое имя уже занято
hint-exists = Выберите другое имя: поверх ничего не пишется.
cause-not_a_folder = часть пути — не папка
cause-is_a_folder = это папка
cause-not_text_inside = внутри не текст в UTF-8
cause-no_such_address = у этой машины нет такого адреса
cause-broke_off = оборвалось на полпути
cause-system = система отказывает (ошибка { $code })
cause-name_empty = в нём нечего прочесть
cause-name_control = в нём есть невидимые знаки или знаки, меняющие направление письма
cause-words_count = слов здесь { $count }
cause-word_unknown = слова № { $at } нет в списке
cause-words_checksum = одно ошибочно или стоит не на месте
cause-lifetime = срок сообщения кончается в будущем и не дальше 400 дней от написания
cause-far_ahead = его дата слишком далеко впереди часов этой машины
cause-quorum = кворум — от 1/2 до 2/3
cause-place = территория или отрасль слишком длинна
cause-title = заголовок — одна строка, в которой есть что увидеть
cause-malformed = нарушено правило формата ({ $text })
cause-office = представитель говорит не дольше { $days } дней, считая от сегодня
cause-other_author = это сообщение написал кто-то другой
cause-not_a_voter = это для тех, кто голосует после предыдущего протокола
hint-not_a_voter = Кто голосует, покажет `kenes committee members`.
cause-no_such_sheet = такой проект не открыт
hint-no_such_sheet = Что открыто, покажет `kenes minutes list --open`.
cause-not_tabled = он ещё не внесён: сначала достаточно голосующих должны перейти к кругу, о котором просит автор
hint-not_tabled = Кто ещё ничего не подписал, переходит сам. Кто подписал: `kenes minutes pass ID`.
cause-not_justified = того, на чём он держится, здесь нет, или оно это запрещает
hint-not_justified = Остальное может прийти при ближайшей встрече.
cause-passed_on = здесь перешли к кругу { $round } и в прежних не подписывают
hint-passed_on = Подписать можно, когда автор внесёт его в том круге или позже: снова `kenes minutes propose`.
cause-voted = здесь подписан другой проект с этим номером, в круге { $round }
hint-voted = Подписывают один проект с данным номером. Если тот уже не может быть принят: `kenes minutes pass ID`.
cause-not_owner = этот круг принадлежит другому
cause-tabled_another = здесь в этом круге внесён другой проект
cause-too_few_passes = к этому кругу перешло пока слишком мало
cause-must_carry = другой проект, возможно, уже решён и идёт первым: { $sheet }
hint-must_carry = Подпишите тот, а свой внесите следующим номером.
cause-no_such_round = автор не просил ни о каком круге
cause-sheet_number = его номер не следует за предыдущим
cause-sheet_nobody = в нём речь о том, кого на этом месте нет: { $member }
cause-sheet_key_used = кто-то в нём или чей-то ключ уже был в книге: он уже голосует или был исключён
cause-sheet_no_voters = голосующих не осталось бы
cause-vote_key_missing = ключа вашего голоса здесь нет
hint-vote_key_missing = `kenes minutes key` попросит у остальных новый.
cause-two_adopted = приняты два протокола с одним номером, и вы не сказали, чего держаться
hint-two_adopted = `kenes minutes list` покажет оба, `kenes minutes stand ID` — держаться одного. Сначала поговорите с остальными.
cause-book_short = здешняя книга не доходит до протокола, которого здесь держатся
cause-home_unsettled = эту папку скопировали, перенесли или повредили, и это ещё не улажено
hint-home_unsettled = Уладится само, когда можно будет писать; если нельзя, что делать, скажет `kenes committee show`.
cause-file_foreign = это файл другого рода
cause-file_version = его сделала более новая программа (версия { $found })
cause-file_torn = он оборван: здесь { $found } байт из { $whole }
cause-file_trailing = за содержимым стоит что-то ещё
cause-file_long = он длиннее { $limit } байт
cause-file_form = он повреждён
cause-file_altered = что-то в нём не то, что было подписано
cause-file_misplaced = что-то в нём о другом
cause-file_no_resolution = самой резолюции в нём нет
cause-file_order = что-то в нём стоит дважды или не по порядку
cause-file_no_sheet = самого проекта в нём нет
cause-removed_by_minutes = так решил протокол № { $no }
cause-paused_by_member = участие приостановлено ({ $by }), пока не решит протокол
cause-let_in_by_out = принявший исключён или больше не принимает: { $by }
cause-signed_two = одним ключом голоса подписаны две вещи, из которых честно подписывают одну
cause-paused_two = под одним номером приостановлены двое
cause-keystore_damaged = файл { $path } повреждён или записан более новой программой
cause-keystore_exposed = { $path } могут читать другие; закройте его от них: chmod 600
cause-record_damaged = одна из записей этой папки не читается
cause-store_damaged = оно повреждено; запустите снова, и уцелевшее будет спасено
cause-store_newer = его записала более новая программа (версия { $found }, а эта знает { $known })
cause-store_failed = запись не удалась, и с тех пор ничего не пишется
cause-socket_path_long = путь к его сокету слишком длинный
cause-home_taken = его занял другой процесс
cause-no_randomness = система не даёт случайных чисел
cause-node_refused = узел этого не принял ({ $reason })
cause-many_listen = за происходящим уже следит столько программ, сколько может сразу
cause-config_syntax = строка { $line } написана не по правилам настроек (TOML), или значение в ней не того рода
cause-config_range = { $key } = { $value }, а может быть от { $least } до { $most }
cause-config_choice = { $key } = { $value }, а может быть одно из: { $choices }
cause-config_value = «{ $value }» не может стоять в { $key }
cause-config_long = в нём больше { $limit } байт
cause-not_a_socket = там лежит что-то другое
cause-certificate_foreign = это не свидетельство
cause-certificate_version = оно версии { $found }, которой эта программа не знает
cause-certificate_torn = оно обрывается: здесь { $found } байт из { $whole }
cause-certificate_trailing = за его концом что-то ещё есть
cause-certificate_long = оно длиннее { $limit } байт, или протоколов в нём больше, чем можно проверить
cause-certificate_form = оно повреждено
cause-certificate_altered = { $part } — не то, что было подписано
cause-certificate_misplaced = { $part } — не на своём месте
cause-certificate_repeated = { $part } стоит там дважды
cause-certificate_order = { $part } стоит не по порядку
cause-certificate_name = название комитета не то, под которым подписались учредители
cause-certificate_founders = не хватает подписей учредителей ({ $count })
cause-certificate_not_a_voter = { $part } — от того, у кого там нет голоса
cause-certificate_unjustified = { $part } — на том, чего правила не позволяют
cause-certificate_sheet = № { $no } не может быть протоколом
cause-certificate_too_few = подписей мало: { $signed }, а нужно { $needed } ({ $part })
cause-certificate_under = протокола, по которому принято решение, в нём нет
cause-certificate_other_no = в нём другой № { $no }, чем тот, которого вы держитесь
cause-certificate_ends = в нём протоколы только до № { $newest }, а вы держитесь № { $no }
cause-certificate_words = ни у одного протокола в нём нет таких слов; они другого комитета или протокола, которого оно не знает
cause-certificate_not_public = сообщение в нём писали не для всех
cause-certificate_device = сообщение в нём написано не устройством участника
cause-certificate_no_office = автор сообщения тогда не был представителем
cause-certificate_recalled = автора сообщения отозвал № { $no }
cause-certificate_no_text = в нём нечего читать
cause-unforeseen = непредвиденное ({ $text })

## Вопросы и то, что требует времени

ask-name = Как вас называть?
ask-passphrase = Парольная фраза:
ask-new-passphrase = Новая парольная фраза:
ask-passphrase-again = Ещё раз:
ask-text = Пишите, затем нажмите Ctrl-D на пустой строке.
ask-verify-member = Все двенадцать у вас обоих одинаковы? Чтобы продолжить, введите SAME:
ask-leave = Эта папка забудет комитет: его ключи и всё прочитанное. Состав не изменится. Чтобы продолжить, наберите LEAVE:
ask-words = 24 слова:
ask-vote-by-words = Вместо потерянного ключа будет голосовать ключ восстановления. Если потерянное устройство что-нибудь подписало о следующем протоколе, обе подписи будут выглядеть как ваш обман. Если оно не подписало ничего, наберите NOTHING:
ask-retract = Об этом узнают все, у кого оно есть, и вернуть его нельзя. Чтобы отозвать, наберите RETRACT:
ask-adopt = Сказанное нельзя взять назад. Чтобы высказаться за, наберите ADOPT:
ask-reject = Сказанное нельзя взять назад. Чтобы высказаться против, наберите REJECT:
ask-wipe = Всё в этой папке будет уничтожено: ключи, сообщения, настройки. Вернут вас только 24 слова. Чтобы продолжить, наберите WIPE:
ask-erase-vote = Ваш голос в этой папке будет стёрт навсегда. Чтобы продолжить, наберите COPY:
ask-sign = Подпись нельзя взять назад. Чтобы подписать, наберите SIGN:
ask-pass = В прежних кругах этого номера вы больше ничего не подпишете. Чтобы продолжить, наберите PASS:
ask-stand = Другая ветвь будет оставлена, и из неё ничего не войдёт. Чтобы продолжить, наберите STAND:
ask-propose = Подпись нельзя взять назад. Чтобы внести и подписать этот проект, наберите SIGN:
progress-unlocking = Открываю ключи…
progress-sealing = Создаю ключи…
progress-syncing = Сверяюсь со всеми, кто на связи…
note-not-marked = Отметить как прочитанное не удалось. { $cause }
note-stays-unlocked = Ключи в `kenes up` останутся открыты, пока не скажете `kenes lock` или пока ими какое-то время никто не будет пользоваться.

## Начало

init-done = Папка заведена: { $home }
init-words = Запишите эти 24 слова на бумаге и храните отдельно от этой машины. Это ваш ключ восстановления: если пропадёт всё остальное, они вернут вас вместе с приглашением от комитета. Ещё раз их покажет `kenes keys backup`.
init-next = Дальше: `kenes committee new НАЗВАНИЕ` или `kenes committee join ПРИГЛАШЕНИЕ`.
up-ends = Завершаю…
qr-no-room = Окно слишком узко для кода: ему нужно столбцов: { $columns }. Расширьте окно или уменьшите буквы.
qr-too-long = Это слишком длинно для кода.
up-unconfined = Это ядро не удерживает программу в её собственной папке (Landlock): присланное чужими обрабатывается со всеми правами вашей учётной записи. Linux 5.13 и новее это умеет.
up-confined-partly = Ядро удерживает программу в её собственной папке (Landlock), но не во всём. Тот, кто её взломает, всё ещё сможет: { $open }. Linux 6.12 и новее удерживает полностью.
open-truncation = обрезать ваши файлы
open-devices = управлять устройствами этой машины
open-signals = завершать другие ваши программы
up-unlock = Ключи закрыты; их откроет `kenes unlock` в другом окне. То, что приходит, хранится и без того.
up-no-network = Искать других в местной сети здесь нельзя: система не показывает её программе, или сети нет. Назовите других по адресу: `kenes peers add`.
up-end = Ctrl-C — закончить.
desk-unlocked = Ключи открыты.
desk-locked = Ключи закрыты.
home-only-done = Ваш голос остаётся в этой папке.
home-copy-done = Ваш голос здесь стёрт. Читать и писать в этой папке можно и дальше.
home-nothing = Решать было нечего: эту папку не копировали, или голос не только у вас.
desk-state-uninitialised = ещё нет
desk-state-locked = закрыты
desk-state-unlocked = открыты
desk-state-absent = нет: ретранслятор

## Состояние

status-person = Работает.
status-relay = Работает как ретранслятор.
status-not-up = Не запущено.
status-stored = { $envelopes ->
    [one] { $envelopes } конверт
    [few] { $envelopes } конверта
   *[other] { $envelopes } конвертов
} в { $channels ->
    [one] { $channels } канале
   *[other] { $channels } каналах
}, { $size }.
status-queued = { $count ->
    [one] { $count } ваш конверт ждёт
    [few] { $count } ваших конверта ждут
   *[other] { $count } ваших конвертов ждут
} встречи с кем-нибудь.
status-last-sync = Последняя сверка с другими: { $when }.
status-no-sync = Ещё ни с кем не сверялись.
status-peers = { $count ->
    [0] На связи никого.
    [one] На связи { $count } узел:
    [few] На связи { $count } узла:
   *[other] На связи { $count } узлов:
}
status-penalised = { $count ->
    [one] { $count } узел вёл себя неправильно, ему пока меньше веры:
    [few] { $count } узла вели себя неправильно, им пока меньше веры:
   *[other] { $count } узлов вели себя неправильно, им пока меньше веры:
}
status-penalised-more = И ещё { $count ->
    [one] { $count } узел.
    [few] { $count } узла.
   *[other] { $count } узлов.
}
status-fault = { "  " }{ $count } × { $what }
status-kept-out = { "  " }Не впускаем до { $when }
fault-malformed = не сообщение и не конверт
fault-bad_signature = поддельная подпись
fault-unknown_pen = конверт от пера, которого нет в списках
fault-unknown_channel = не тот канал, что был назван
fault-bad_list = недействительный список
fault-rival_list = список другой ветви
fault-expired = конверт, срок которого вышел
fault-ahead = конверт из будущего
fault-below_floor = конверт старше того, что хранится
fault-too_much = больше, чем позволяют пределы
fault-unasked = то, о чём не просили
fault-withheld = обещанное и не принесённое
fault-bad_sync = сверка без конца
status-committee = { $name }: { $standing }, последний протокол № { $no }
status-clock = Часы этой машины показывают { $when } — так быть не может. Пока их не исправят, ничто не устаревает. Подробнее: `kenes clock`.
status-clock-leapt = Часы этой машины показывают { $when }: с тех пор, как им верили, они ушли далеко вперёд. Пока ничто не устаревает. Подробнее: `kenes clock`.
status-clock-ahead = Его часы спешат на { $hours ->
    [one] { $hours } час
    [few] { $hours } часа
   *[other] { $hours } часов
} против здешних.
status-clock-behind = Его часы отстают на { $hours ->
    [one] { $hours } час
    [few] { $hours } часа
   *[other] { $hours } часов
} от здешних.
status-damaged = { $count ->
    [one] Не прочёлся с диска { $count } конверт;
    [few] Не прочлись с диска { $count } конверта;
   *[other] Не прочлись с диска { $count } конвертов;
} у других они могут быть.
status-records-damaged = { $count ->
    [one] С диска не читается { $count } запись этой папки;
    [few] С диска не читаются { $count } записи этой папки;
   *[other] С диска не читаются { $count } записей этой папки;
} утраченное появится снова, когда придёт с конвертом.
status-salvaged = Хранилище было повреждено. { $count ->
    [one] Спасён { $count } конверт;
    [few] Спасено { $count } конверта;
   *[other] Спасено { $count } конвертов;
} остальное придёт от других. Повреждённое лежит в { $path }.

clock-shows = Часы этой машины показывают { $when }.
clock-believed = Причин сомневаться в них нет.
clock-before-build = Тогда этой программы ещё не было, так что это неверно. Пока часы не исправят, ничто не устаревает.
clock-behind = Раньше они показывали { $last }. Пока их не исправят, ничто не устаревает и датировать ничего нельзя. Если сейчас они верны, подтвердите это: `kenes clock right`.
clock-far-ahead = Раньше они показывали { $last } и с тех пор ушли далеко вперёд. Ничто не устаревает, пока они не дойдут до { $until }. Если они верны, подтвердите это: `kenes clock right`.

check-home = Папка
check-socket = Сокет
check-keystore = Хранилище ключей
check-process = Занята процессом
check-store = Хранилище (конвертов / размер)
check-salvaged = Хранилище было повреждено и отложено
check-records = Записи (всего / повреждено)
check-clock = Часы

## Комитеты

committee-founded = Комитет «{ $name }» основан.
committee-rests-on-founder = Пока голосующих меньше трёх, он держится на одном вашем ключе.
committee-invite-next = Дальше: `kenes committee invite`.
committee-none = Вы пока не состоите ни в одном комитете.
committee-line = { "  " }{ $id } · { $standing } · { $unread ->
    [0] всё прочитано
   *[other] не прочитано: { $unread }
}
committee-paused = { $who }: участие приостановлено. Ничего из того, что отныне напишут знающие об этом, прочесть не удастся.
committee-left = { $name }: в этой папке забыто.
committee-copied = Эту папку скопировали или перенесли. Скажите, в какой остаётся ваш голос: `kenes home only` или `kenes home copy`.
committee-unnamed = (название ещё не пришло)
committee-size = { $members ->
    [one] { $members } участник,
    [few] { $members } участника,
   *[other] { $members } участников,
} с правом голоса: { $voters }.
committee-requests = { $count ->
    [one] { $count } заявка на вступление:
    [few] { $count } заявки на вступление:
   *[other] { $count } заявок на вступление:
} `kenes committee requests`.
committee-to-vote = { $count ->
    [one] { $count } резолюция ждёт
    [few] { $count } резолюции ждут
   *[other] { $count } резолюций ждут
} вашего слова: `kenes resolution list --open`.
committee-checkpoint = Слова, по которым комитет узнают другие, для плакатов и бумаг (они означают № { $no }):
committee-recipients = Написанное отныне { $count ->
    [one] сможет прочесть { $count } устройство.
    [few] смогут прочесть { $count } устройства.
   *[other] смогут прочесть { $count } устройств.
}
member-steward = распорядитель
standing-pending = заявка подана
standing-probation = на испытательном сроке
standing-voter = с правом голоса
standing-suspended = участие приостановлено
standing-removed = исключён
standing-follower = следит за публичным каналом
link-given = Она называет протокол № { $no }, после которого голосов: { $voters }. Она ничего не открывает, её можно показать любому; слова передайте другим путём.
follow-begun = Теперь вы следите за комитетом. Сказанное публично придёт при ближайшей встрече.
follow-compare = Эти двенадцать слов — от протокола, которого держатся. Сверьте их с плакатом или голосом:
committee-few-voters = Пока голосующих меньше трёх, комитет держится на одном ключе: у кого он, тот и решает.
committee-open = Открыто проектов: { $open }, из них ждут вашей подписи: { $to_sign }. `kenes minutes list --open`
committee-forked = ПРИНЯТЫ ДВА ПРОТОКОЛА № { $no } в комитете { $name }: { $sheets }. Кто-то подписал дважды. { $stand } Поговорите с остальными и скажите, чего держаться: `kenes minutes stand ID`.
committee-forked-stands = Здесь по-прежнему держатся { $id }.
committee-forked-below = Здесь не держатся ни одного и ничего не подписывают.
committee-adrift = Книга комитета { $name } не доходит до протокола, которого здесь держатся. Остальное придёт при ближайшей встрече.
committee-keyless = У вас есть голос, но ключа голоса здесь нет. `kenes minutes key` попросит у остальных новый.
committee-beside = Это другое ваше устройство: голосуете вы с того, которое его впустило.
committee-out = Вы исключены: { $cause }.
committee-no-chair = Председателя нет: кто вносит следующий проект, сначала просит остальных перейти к своему кругу.
label-chair = Председатель
member-out = { "  " }{ $name }: { $cause }
member-chair = председатель
member-speaks = говорит от имени комитета до { $until }
member-me = это вы
member-asks-key = { $who } просит новый ключ голоса, { $key }. Прежде чем подписывать, услышьте эти слова от владельца голосом или при встрече:
member-devices = Устройства ({ $name }): { $devices }
invite-one = Для одного человека, из рук в руки: заявку может подать любой, у кого оно есть, и первый будет принят.
invite-many = На столько человек: { $uses }. Сверьте слова с каждым, прежде чем принять: `kenes committee requests`.
invite-back = Только для { $who }, после потери всего: ответ получит лишь папка с его 24 словами. Там выполняют `kenes keys restore`, затем `kenes committee join` с этим приглашением.
invite-device = Только для другой вашей машины. Там выполните `kenes init`, затем `kenes committee join` с этим; здесь `kenes committee requests` покажет её двенадцать слов: впускайте, лишь если на её экране те же. Кто впущен по нему, читает и пишет как вы.
invite-saved = Приглашение записано в { $path }; прочесть его можете только вы. Передайте его и удалите.
keys-votes-by-key = Вы голосуете из этой папки.
keys-votes-by-words = Вы голосуете ключом восстановления. Попросите новый ключ голоса, чтобы протокол заменил потерянный.
keys-votes-not = Из этой папки вы не голосуете.
keys-asked-for = Протокол просят дать вам ключ голоса { $key }.
keys-this-device = это
keys-speaks = другое ваше
keys-speaks-no-longer = больше не говорит
keys-backup = Это ваши 24 слова. Запишите их на бумаге и храните отдельно от этой машины:
keys-restored = В этой папке теперь ваш ключ восстановления.
keys-restored-next = Попросите в каждом комитете того, кто принимает, сделать для вас `kenes committee invite --for`, и вступите по нему.
wipe-done = Всё, что kenes создал в этой папке, удалено.
wipe-keys-only = Ключи уничтожены, и ничего здесь больше не открыть. Остальное держит `kenes up`: остановите его и выполните `kenes wipe` ещё раз.
join-asked = Заявка подана. Она уйдёт при ближайшей встрече, и ответ придёт так же; быть на связи одновременно не нужно.
requests-none = Заявок нет.
verify-member = Слова ключей участника { $who }. Он увидит их по `kenes committee verify` со своим именем. Сверьте лично или голосом, который знаете:
member-verified = Вы сверили слова участника { $who }. Его сообщения теперь говорят об этом, пока его ключ голоса не заменён.
verified = ✓ сверено
bulletin-author-verified = ✓ Слова автора вы сверили.
request-line = { "  " }{ $id } · { $when }
request-held = Задержано: приглашение было на одного, и один уже пришёл. Возможно, его скопировали.
request-namesake = Задержано: у кого-то из участников или в другой заявке такое же или похожее имя. Убедитесь, кто это.
request-unusual = Задержано: в имени смешаны алфавиты или есть буквы и знаки, каких здесь в именах нет. Убедитесь, кто это.
request-device = Устройство просится читать и писать ОТ ВАШЕГО ИМЕНИ. Впускайте, лишь если оно ваше и на его экране эти слова.
request-declined = Заявка больше не показывается: { $who }.
request-compare = Сверьте эти слова голосом или при встрече:
request-admitted = { $who }: приём с испытательным сроком.

## Протоколы

minutes-none = Протоколов после № 0, основания, нет.
minutes-none-open = Ничего открытого нет.
minutes-title = № { $no } · { $status } · { $id }
sheet-open = открыт
sheet-adopted = принят
sheet-superseded = отпал: принят другой
sheet-contested = СПОРНЫЙ: с этим номером приняты два
sheet-void = негоден
minutes-author = { "  " }Вносит { $who }
minutes-void = { "  " }Протоколом не станет никогда: { $cause }.
minutes-not-tabled = { "  " }Ещё не внесён: перешли { $passes } из { $needed }.
minutes-signed = { "  " }Подписали { $count } из нужных { $needed }: { $who }
minutes-missing = { "  " }Ещё нет: { $who }
minutes-mine = { "  " }Вы подписали.
minutes-obstacle = { "  " }Здесь его не подпишут: { $cause }.
minutes-sign-next = { "  " }Нужна ваша подпись: `kenes minutes sign { $id }`
minutes-by-hand = { "  " }Ваша подпись уйдёт отсюда только файлом: `kenes minutes export { $id } ФАЙЛ`
minutes-adopted = Протокол № { $no } принят.
minutes-passed = Вы перешли дальше.
minutes-stands = Здесь держатся протокола № { $no }, { $id }.
minutes-stands-alone = Из другой ветви ничего не вошло: что из неё ещё нужно, внесите следующим проектом.
minutes-put = Проект внесён: { $id }
minutes-would-be = Протокол № { $no } решил бы:
minutes-needs = { "  " }{ $needed ->
    [one] Нужна { $needed } подпись.
    [few] Нужны { $needed } подписи.
   *[other] Нужно { $needed } подписей.
}
minutes-tables-at-once = { "  " }Вы председатель: он будет сразу внесён и подписан вами.
minutes-asks-first = { "  " }Вы не председатель: сначала остальных попросят перейти к вашему кругу; затем проект внесётся и подпишется сам.
minutes-saved = Сохранено: { $path }
minutes-saved-open = Файл не запечатан: кто его найдёт, прочтёт имена и решения.
minutes-brought = Нового здесь: { $received }; уже было: { $duplicate }.
minutes-key-asked = Остальных просят поставить этот ключ голоса на место вашего: { $key }. Назовите им эти слова голосом или при встрече:
minutes-key-next = Кто-то из них вносит проект: `kenes minutes propose --new-key КТО`.
decision-admit = { "  " }+ { $who }: отныне голосует
decision-admit-steward = { "  " }+ { $who }: отныне голосует, распорядитель
decision-remove = { "  " }- { $who }: больше не участник комитета
decision-drop = { "  " }- { $who }: испытательный срок окончен, уходит
decision-keep = { "  " }= { $who }: остаётся на испытательном сроке
decision-steward = { "  " }+ { $who }: становится распорядителем
decision-retire = { "  " }- { $who }: больше не распорядитель
decision-reinstate = { "  " }+ Снимается приостановка, которую наложил участник { $who }
decision-recall = { "  " }- Эти устройства ({ $who }) больше не говорят: { $devices }
decision-new-key = { "  " }! { $who }: другой ключ голоса: { $key }
decision-new-key-compare = { "    " }Подписывайте, только услышав эти слова от владельца голосом или при встрече:
decision-new-key-lifts = { "    " }! Приостановка, наложенная прежним ключом, с ним и кончается: { $who } возвращается.
decision-spokesperson = { "  " }+ { $who }: публикует от имени комитета до { $until }
decision-silence = { "  " }- { $who }: больше не публикует от имени комитета
decision-undone = { "  " }  Начиная с { $id }, написанного { $written }: { $count ->
    [one] больше не считается { $count } сообщение из имеющихся здесь
    [few] больше не считаются { $count } сообщения из имеющихся здесь
   *[other] больше не считаются { $count } сообщений из имеющихся здесь
}
decision-quorum = { "  " }= Для решений нужно больше половины голосующих и не меньше { $quorum }
decision-history-all = { "  " }= Новички с правом голоса читают написанное раньше
decision-history-none = { "  " }= Новички не читают ничего из написанного раньше
decision-retention = { "  " }= Сообщения хранятся { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[other] { $days } дней
}
decision-channel = { "  " }! Комитет переходит в канал { $channel }
decision-publish = { "  " }! Комитет публикует в канале { $channel }

## Сообщения

bulletin-posted = Написано: { $id }
bulletin-waits = Оно надёжно сохранено и уйдёт при следующем `kenes up`.
bulletin-none = Сообщений нет.
bulletin-unreadable = { $count ->
    [one] С диска не прочлось { $count } сообщение; оно придёт снова вместе со своим конвертом.
    [few] С диска не прочлись { $count } сообщения; они придут снова вместе со своими конвертами.
   *[other] С диска не прочлось { $count } сообщений; они придут снова вместе со своими конвертами.
}
bulletin-more = Показано { $shown } из { $total }; больше сразу покажет `--limit N`, более старые — `--before { $last }`.
bulletin-line = { $author }, { $committee }, { $when }
bulletin-urgent = Срочно
bulletin-public = Публично
bulletin-corrected = Автор это исправил: kenes bulletin show { $id }
bulletin-retracted = Автор это отозвал.
bulletin-corrects = Исправляет { $id }.
bulletin-corrects-in-vain = Названо исправлением { $id }, но то сообщение написал кто-то другой: там ничего не меняется.
bulletin-now-reads = Теперь, с { $when }, там сказано:
bulletin-rewritten = Исправлено; новый текст: { $id }
bulletin-taken-back = Отозвано: { $id }
note-saved-corrected = Автор с тех пор его исправил. В файле этого нет и быть не может.
note-saved-retracted = Автор его отозвал. В файле этого нет и быть не может.
bulletin-expired = Его срок прошёл.
bulletin-unknown = Написано устройством, которое, по здешней книге, никому не принадлежит.
author-unknown = неизвестно кто
author-spokesperson = представитель комитета
bulletin-forked = Это устройство сказало на одном месте две разные вещи. Одна из них может быть не от хозяина.
bulletin-author-paused = Участие автора с тех пор приостановлено; это считается написанным до того.
bulletin-unproven = Автора с тех пор отстранили, и здесь нет ничего, что показало бы, что это написано раньше: дата может быть подделана.
bulletin-unproven-public = Автор больше не говорит от имени комитета, и здесь нет ничего, что показало бы, что это написано раньше: дата может быть подделана.
bulletin-former = Автор тогда говорил от имени комитета; больше не говорит.
bulletin-recalled = Написано позже того, что комитет оставил в силе за отозванным автором или устройством: полагаться на это НЕЛЬЗЯ.
bulletin-gap = Сюда не { $count ->
    [one] дошло { $count } прежнее сообщение
    [few] дошли { $count } прежних сообщения
   *[other] дошли { $count } прежних сообщений
} от { $author }.
bulletin-gap-wide = Сюда не дошло прежних сообщений от { $author }: больше { $count }.
watch-begins = Жду новых сообщений. Ctrl-C — закончить.
watch-locked = Ключи закрыты: до `kenes unlock` ничего не показывается.
watch-unlocked = Ключи снова открыты.
watch-missed = { $count ->
    [one] Пропущено { $count } событие;
    [few] Пропущено { $count } события;
   *[other] Пропущено { $count } событий;
} всё покажет `kenes bulletin list`.
watch-command-failed = Команда завершилась с кодом { $code }.

## Резолюции

resolution-put = Резолюция внесена, и вы за неё.
resolution-for = Вы за неё.
resolution-against = Вы против неё.
resolution-none = Резолюций нет.
resolution-more = Показано { $shown } из { $total }.
resolution-line = Автор: { $author }, { $committee }, по протоколу № { $no }
resolution-open = { "  " }{ $id } · не решена: за { $signed }, против { $against }, не слышно { $missing }; нужно { $needed }
resolution-adopted = { "  " }{ $id } · принята: за { $signed }, против { $against }, не слышно { $missing }; нужно { $needed }
resolution-rejected = { "  " }{ $id } · отклонена: за { $signed }, против { $against }, не слышно { $missing }; нужно { $needed }
resolution-saved-open = Файл не запечатан: кто его найдёт, прочтёт текст и, по ID, кто что сказал.
resolution-waits = { "  " }Вы ещё ничего не сказали: kenes resolution vote { $id } adopt|reject
resolution-by-hand = { "  " }Ваш голос уйдёт отсюда только файлом: `kenes resolution export { $id } ФАЙЛ`
resolution-deadline = Голосовать просят до { $when }; дата ничего не решает.
certificate-saved = Сохранено: { $path }. Кто получит этот файл, проверит его командой `kenes verify`, и больше ничего не нужно.
certificate-words = Сообщите эти слова другим путём, на бумаге или по телефону: они означают ваш протокол № { $no }:

## Что доказывает свидетельство

verify-resolution = Резолюция комитета, который называет себя «{ $name }»
verify-bulletin = Публичное сообщение комитета, который называет себя «{ $name }»
verify-minutes = Протоколы комитета, который называет себя «{ $name }»
verify-signed = Подписали { $signed } из { $voters }, кто голосует по его протоколу № { $no }; нужно { $needed }.
verify-office = Написал представитель, назначенный его протоколом № { $no }; тот подписали { $signed } из { $voters }, нужно { $needed }.
verify-decided = Последний протокол — № { $no }, его подписали { $signed } из { $voters }; нужно { $needed }.
verify-founded = Учредителей { $voters }, подписали все: { $signed } из { $needed }.
verify-known = Эта папка знает комитет: вы в нём состоите, и его книга здесь доходит до № { $no }.
verify-words-fit = Это тот комитет, чьего протокола № { $no } вы держитесь.
verify-compare = Назвать комитет «{ $name }» может кто угодно. Который это, говорят только эти слова:
verify-words = { "  " }№ { $no }: { $words }
verify-compare-how = Сверьте их с плакатом, с бумагой или по телефону. Если у вас слова другого протокола: --words "…".
verify-unknown = Эта папка не знает такого комитета.
verify-namesake = Один из ваших комитетов называется так же или похоже, и это ДРУГОЙ.
warning-one-key = Голосовало меньше трёх: всё это мог сделать тот, у кого один или два ключа.
warning-no-checkpoint = Сверить было не с чем. Кто захватил старые ключи комитета, тот может придумать все протоколы с тех пор.
warning-signed-late = Вы держитесь № { $no }, а это по более старому протоколу: кто с тех пор получил старые ключи, мог подписать задним числом.
warning-newer-minutes = Есть протокол новее: № { $no }.
warning-no-longer-spokesperson = Автор больше не представитель.
warning-undated = Протокол с тех пор прекратил полномочия автора. По номеру это может быть одно из сообщений, оставленных в силе; из файла это не видно, а дата — лишь слово автора.
warning-signers-removed = { $count ->
    [one] { $count } из подписавших уже не голосует
    [few] { $count } из подписавших уже не голосуют
   *[other] { $count } из подписавших уже не голосуют
} (последний протокол — № { $no }).
warning-signers-out = { $count ->
    [one] Участие { $count } из подписавших приостановлено, или он подписал две вещи, исключающие друг друга
    [few] Участие { $count } из подписавших приостановлено, или они подписали вещи, исключающие друг друга
   *[other] Участие { $count } из подписавших приостановлено, или они подписали вещи, исключающие друг друга
}. Так говорит книга в этой папке.
warning-continues = Он пишет, что продолжает комитет { $other }. Этого ничто не доказывает.
warning-only-this = Чего по нему не узнать никому: чьё участие приостановили, кого заставили, что комитет отозвал или решил с тех пор.

## Узлы, каналы, сверка

peers-none = Узлов нет.
peers-added = Добавлен { $address }.
peers-dropped = Больше не соединяемся: { $peer }.
peers-blocked = Заблокирован { $peer }.
peers-since = { "  " }На связи с { $when }
peers-charges = { "  " }{ $count ->
    [one] Нарушил { $count } раз
    [few] Нарушил { $count } раза
   *[other] Нарушил { $count } раз
}
carry-none = Никакие каналы не хранятся.
carry-added = Храним { $channel }.
carry-dropped = Больше не храним { $channel }.
carry-stored = { "  " }{ $envelopes ->
    [one] { $envelopes } конверт
    [few] { $envelopes } конверта
   *[other] { $envelopes } конвертов
}, { $size }
carry-forked = { "  " }Его хранители подписали две ветви списков. Спросите их лично.
carry-for-others = { "  " }Для других
sync-done = Получено { $received }, отправлено { $sent }, отклонено { $refused }, служебных данных { $overhead }.

## Что делать дальше

next-title = Что можно сделать дальше:
next-help = `kenes --help` покажет все команды.
next-demo = Посмотреть, как это работает: история на этой машине, которая сама за собой уберёт.
next-init = Завести свою папку.
next-relay = Хранить для других, ничего не читая.
next-up = Встретиться с другими: отдать написанное вами и забрать написанное ими.
next-read = Читать. Сеть не нужна.
next-write = Писать. Сеть не нужна.
next-unlock = Ключи закрыты.
next-found = Основать комитет.
next-join = Или вступить по приглашению.
next-pending = Вы подали заявку; посмотрите, приняли ли вас.
next-unread = Есть новое.
next-status = Посмотреть, с кем вы на связи.
next-relay-runs = Здесь работает ретранслятор.
next-carry = Посмотреть, что он хранит.

## История

demo-set-up = Трое заводят себе папки: одна в Актау, двое в Темиртау. Города заменяют временные папки на этой машине.
demo-relay = Между городами кто-то держит ретранслятор. Ключей на нём нет, и никто на нём не читает.
demo-found = { $name } в Актау основывает комитет.
demo-invite = Она передаёт каждому из двоих приглашение. Оба подают заявки, когда ничего не запущено.
demo-introduce = Мимо ретранслятора проходит { $name }, и он начинает хранить канал комитета. Он узнаёт ID и псевдонимы — и ни одного имени.
demo-ask = Двое проходят мимо ретранслятора и оставляют там заявки.
demo-admit = Они ушли. Мимо проходит { $name }, находит заявки и принимает обоих.
demo-confirm = Протоколом { $name } утверждает обоих: отныне голосуют все трое.
demo-welcome = Она ушла. Двое проходят мимо снова и находят ответ. На связи одновременно они не были ни разу.
demo-write = Теперь города отрезаны друг от друга, и каждый пишет, когда ничего не запущено:
demo-quote = { "  " }{ $author }: { $text }
demo-put = В Темиртау { $name } вносит резолюцию, когда ничего не запущено. Нужны двое из трёх:
demo-meet-aktau = Мимо ретранслятора проходит { $name } и снова уходит со связи.
demo-meet-temirtau = Мимо проходит Темиртау, оставляет написанное и забирает то, что пришло из Актау.
demo-meet-again = Ещё раз проходит { $name }.
demo-read = Все не на связи. Каждый читает всё:
demo-has-read = { "  " }{ $name }: все три на месте.
demo-adopt = В Актау { $name } подписывает то, что пришло через ретранслятор. Двое из трёх, в двух городах, которые ни разу не соединялись: принято.
demo-outsider = { $name } сохраняет то, что это доказывает. У кого-то без папки и без ключей есть этот файл и двенадцать слов с плаката:
demo-words = { "  " }{ $words }
demo-proven = Это резолюция комитета «{ $name }» с этими словами, подписали 2 из 3.
demo-forged = Кто-то меняет в тексте один байт.
demo-forged-refused = Это отвергнуто: текст изменили после подписи.
demo-informer = Оказывается, { $informer } передаёт прочитанное не тем людям. В Актау { $name } сразу приостанавливает её участие, вносит проект об исключении и пишет:
demo-removed = В Темиртау { $name } проходит мимо ретранслятора, читает это и подписывает: двое из троих, и { $informer } исключена.
demo-informer-takes = { $informer } проходит мимо ретранслятора и забирает всё, что на нём есть.
demo-informer-reads-nothing = { $name } это читает, а { $informer } не может: конверты у неё есть, а ключа к ним нет.
demo-relay-ends = Ретранслятор выключают.
demo-search = Ретранслятор захвачен, и каждый байт его файлов просматривают.
demo-search-done = Нет ни одной фразы. А ID канала есть: поиск находит то, что можно найти.
demo-end = Вот и всё. За собой убрано.
demo-too-long = История так и не кончилась.
