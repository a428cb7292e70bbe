"""What a page tells at its top after a form had its effect: a word in the address stands for the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.words.marking import marked as _

SAID: Final[Mapping[str, str]] = {
    "logged_out": _("Anda sudah keluar. Data Anda tidak tersimpan di ponsel ini."),
    "answered": _("Jawaban terkirim."),
    "lines_answered": _("Jawaban terkirim. Masih ada baris yang menunggu jawaban Anda."),
    "order_answered": _(
        "Terima kasih, semua baris sudah dijawab. Surat jalan dibuat setelah grosir menjawab pembelian Anda; "
        "bila tidak ada pembelian, dalam satu menit."
    ),
    "answers_undone": _("Jawaban terakhir ditarik. Barisnya menunggu jawaban Anda lagi."),
    "price_proposed": _("Usulan harga terkirim. Dapur memutuskan sebelum batas menjawab."),
    "goods_withdrawn": _("Barang ditarik kembali. Dapur dan operator kota sudah diberi tahu."),
    "dispatched": _("Barang tercatat berangkat. Dapur sudah diberi tahu."),
    "packs_answered": _("Jawaban terkirim. Masih ada barang yang menunggu jawaban Anda."),
    "purchase_answered": _("Terima kasih, semua barang sudah dijawab. Koperasi sudah diberi tahu."),
    "purchase_paid": _("Pembayaran tercatat di buku kedua pihak."),
    "payment_taken_back": _("Catatan pembayaran dibatalkan; keduanya tetap terbaca."),
    "offered": _("Penawaran terbit dan ikut dihitung dalam rencana berikutnya."),
    "offer_withdrawn": _("Penawaran ditarik."),
    "stock_withdrawn": _("Barang diturunkan dari stok."),
    "quotas_set": _("Kuota tersimpan. Cabang bisa menjanjikannya mulai sekarang."),
    "password_set": _("Kata sandi tersimpan. Sekarang masuk dengan kata sandi itu."),
    "password_changed": _("Kata sandi diganti. Semua perangkat lain sudah keluar."),
    "key_revoked": _("Kunci program itu tidak berlaku lagi."),
    "session_ended": _("Perangkat itu sudah keluar."),
    "sessions_ended": _("Semua perangkat lain sudah keluar."),
    "erased": _("Akun Anda dihapus. Terima kasih atas pekerjaan Anda."),
    "user_erased": _("Nama dan kontak orang itu dihapus."),
    "factor_removed": _("Kode dari ponsel dimatikan."),
    "factor_reset": _("Kode dari ponsel orang itu dimatikan; ia memasang yang baru saat masuk."),
    "reminded": _("Pengingat terkirim. Yang sudah diingatkan hari ini tidak diingatkan lagi."),
    "all_reminded": _("Tidak ada yang perlu diingatkan lagi hari ini."),
    "saved": _("Tersimpan."),
    "run_started": _("Pencocokan dimulai. Anda boleh meninggalkan halaman ini."),
    "plan_published": _("Rencana terbit. Pesanan sudah terkirim ke koperasi."),
    "plan_discarded": _("Rencana dibuang."),
    "moved": _("Cadangannya sudah dipesan."),
    "moved_and_repair": _("Yang punya cadangan sudah dipesankan; sisanya menunggu perbaikan rencana."),
    "asked": _("Pertanyaan sudah dikirim."),
    "run_cancelled": _("Pencocokan dibatalkan."),
    "status_changed": _("Keadaan organisasi diubah; orang-orangnya diberi tahu."),
    "recall_opened": _("Barang ditarik. Semua dapur yang menerimanya sudah diberi tahu."),
    "recall_confirmed": _("Jawaban Anda tercatat. Terima kasih."),
    "recall_closed": _("Penarikan selesai."),
    "policy_published": _("Versi baru berlaku mulai sekarang; rencana yang sudah ada tetap memakai versinya."),
    "user_ended": _("Akses orang ini sudah berakhir."),
    "weighed": _("Timbangan tersimpan."),
    "all_weighed": _("Semua baris sudah ditimbang. Periksa, lalu tanda tangani."),
    "signature_taken_back": _("Tanda tangan dicabut. Barang bisa ditimbang ulang, lalu tanda tangani lagi."),
    "handover_signed": _("Tanda tangan tersimpan. Berita acara selesai setelah kedua pihak tanda tangan."),
    "handover_closed": _("Berita acara selesai. Tagihannya sudah dibuat."),
    "photo_added": _("Foto tersimpan."),
    "rejected_late": _("Barang ditolak. Nota kredit dibuat dan tagihannya berkurang."),
    "draft_saved": _("Konsep tersimpan. Kirim bila sudah benar."),
    "forecast_submitted": _("Kebutuhan terkirim. Anda masih bisa mengubahnya sampai batas waktu."),
    "forecast_corrected": _("Koreksi terkirim. Pesanan menyesuaikan sendiri."),
    "forecast_withdrawn": _("Sudah ditarik kembali."),
    "week_copied": _("Menu minggu lalu disalin. Periksa, lalu kirim."),
    "file_taken": _("Berkas masuk sebagai konsep. Periksa, lalu kirim."),
    "paid": _("Pembayaran tercatat."),
    "refunded": _("Pengembalian tercatat."),
    "price_approved": _("Harga disetujui. Barangnya disanggupi koperasi itu."),
    "price_refused": _("Harga ditolak. Barangnya dicarikan koperasi lain."),
}
