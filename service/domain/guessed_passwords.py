"""Words that passwords are made of too often: in lower case, without the digits and marks around them.

Source: put together for this service in November 2026 from what published studies of leaked passwords agree on
(keyboard runs, numbers, first names, clubs, words of love and of faith), and from Indonesian everyday words, names,
cities, food and the trade's own words. No leaked list is copied. ``passwords.py`` says how a password is compared.
"""

from __future__ import annotations

from typing import Final

_RUNS: Final = """
qwerty qwertyu qwertyui qwertyuio qwertyuiop qwert asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl zxcv zxcvb zxcvbn
zxcvbnm qazwsx qazwsxedc wsxedc qweasd qweasdzxc qwaszx asdqwe poiuytrewq lkjhgfdsa mnbvcxz abc abcd abcde abcdef
abcdefg abcdefgh abcdefghij abcdefghijkl aabbcc aaa bbb xxx zzz azerty qwertz dvorak onetwothree satuduatiga
satuduatigaempat satuduatigaempatlima
"""
_ENGLISH: Final = """
password passwords passwort passw pass passcode passphrase pwd letmein letmeinnow welcome welcomeback hello helloworld
admin administrator adminadmin root rootroot user guest guests login signin master superuser supervisor operator
manager default changeme changeit change secret secrets private access public test tester testing testtest demo
example sample temp temporary iloveyou ilovey iloveu loveyou lovely love lover loveme mylove myself friend friends
forever princess prince queen king angel angels baby babygirl babyboy sweet sweetie sweetheart honey sunshine moonlight
rainbow flower flowers butterfly summer winter spring autumn monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december dragon monkey tiger lion eagle
panther shadow killer hunter ranger phoenix falcon batman superman spiderman ironman pokemon pikachu naruto naruto
starwars matrix gandalf hogwarts harrypotter minecraft roblox mobilelegends freefire football soccer baseball
basketball hockey liverpool arsenal chelsea manchester manutd barcelona realmadrid juventus milan computer laptop
internet google googlechrome facebook instagram whatsapp telegram youtube tiktok twitter yahoo gmail hotmail samsung
xiaomi iphone android windows microsoft linux oracle cisco huawei nothing something whatever trustno trustnoone
freedom peace hope faith jesus jesuschrist christ godisgood god blessed blessing heaven money dollar lucky winner
success victory power magic mystery diamond silver golden purple orange yellow green blue black white red michael
michelle jessica jennifer jordan thomas daniel david andrew joshua matthew robert charlie george william anthony
ashley amanda nicole hannah sarah maria angela company office school college student teacher doctor nurse security
server system network database backup service support helpdesk
"""
_INDONESIAN: Final = """
rahasia rahasiaku sandi katasandi katakunci kunci buka bukapintu masuk masukkan sayang sayangku sayangkamu cinta
cintaku cintakamu akucintakamu akusayangkamu akusayang akucinta kamu kamuku kekasih pacar pacarku mantan rindu
kangen bahagia selamanya bersama semangat sukses jaya sejahtera merdeka indonesia indonesiaku indonesiaraya
indonesiamerdeka nusantara garuda pancasila bhinneka merahputih bismillah bismilah alhamdulillah subhanallah
allahuakbar allah astagfirullah insyaallah assalamualaikum muhammad ramadhan ramadan lebaran idulfitri puasa islam
muslim muslimah katolik kristen tuhan tuhanyesus yesus yesuskristus natal gereja masjid pesantren surga
jakarta bogor kotabogor bandung bekasi depok tangerang surabaya semarang yogyakarta jogja jogjakarta solo surakarta
malang medan palembang padang makassar denpasar bali lombok kalimantan sumatera sumatra sulawesi jawa jawabarat
jawatengah jawatimur papua maluku aceh riau jambi lampung banten cirebon sukabumi cianjur garut tasikmalaya karawang
budi siti agus sri dewi rina rini rani dian putri putra wati yanti ningsih susi tuti yuli yulia lestari indah
ayu ratna fitri fitriani nurul aisyah fatimah khadijah zahra kartika kartini wulan bulan bintang matahari ahmad
muhamad abdul abdullah hidayat rahmat rahman rizki rizky fajar bayu eko joko bambang slamet suharto soekarno sukarno
jokowi prabowo anies ganjar gibran megawati habibie arif hendra hendri iwan andi anton rudi dedi deni doni yudi wahyu
persib persija persebaya arema aremania bonek viking timnas bulutangkis sepakbola bola badminton
nasi nasigoreng nasipadang nasikuning rendang sate satay bakso mie mieayam miegoreng indomie tahu tempe tahutempe
sambal pecel gado gadogado soto rawon gudeg martabak kerupuk singkong pisang pisanggoreng durian mangga jeruk rambutan
kopi kopihitam teh tehbotol susu gula garam beras padi jagung kedelai telur ayam ayamgoreng ikan lele bebek kambing
sapi sayur bayam kangkung cabai cabe bawang bawangmerah bawangputih tomat wortel kentang minyak minyakgoreng
koperasi koperasiku kopdes kopdesmerahputih koperasimerahputih dapur dapurku dapurmbg sppg makan makanbergizi
makanbergizigratis makansiang makangratis gizi bergizi sekolah guru murid siswa anak anakku keluarga keluargaku ibu
ibuku bapak ayah ayahku mama mamah papa papah nenek kakek kakak adik adek suami istri mamaku papaku bunda mamapapa
pasok pasokan pemasok grosir gudang toko warung pasar petani nelayan desa kelurahan kecamatan kabupaten kota walikota
bupati lurah camat dinas pangan dinaspangan operator pengurus akuntan kepala pegawai pemda pemkot pemkab kantor
senin selasa rabu kamis jumat sabtu minggu januari februari maret mei juni juli agustus oktober desember
kucing kucingku anjing burung kelinci harimau macan gajah kuda naga buaya ular merah putih hitam kuning hijau biru
motor mobil honda yamaha suzuki toyota avanza vario beat supra ninja mancing dangdut rockdut koplo slank noah
"""
COMMON_WORDS: Final[frozenset[str]] = frozenset((_RUNS + _ENGLISH + _INDONESIAN).split())
