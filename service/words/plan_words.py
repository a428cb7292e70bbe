"""The words for runs, plans and what became of demand; states with the look of their tag."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from service.domain.eligibility import Ineligibility
from service.domain.plans import PlanStatus, ShortageCause
from service.domain.policies import FallenLines
from service.domain.runs import RunFailure, RunKind, RunStatus
from service.matching.plan import PlanStatus as SolverStatus
from service.words.marking import marked as _

RUN: Final[Mapping[StrEnum, tuple[str, str]]] = {
    RunStatus.QUEUED: (_("menunggu giliran"), "wait"),
    RunStatus.RUNNING: (_("sedang menghitung"), "wait"),
    RunStatus.CANCELLING: (_("sedang dibatalkan"), "wait"),
    RunStatus.SUCCEEDED: (_("selesai"), "good"),
    RunStatus.CANCELLED: (_("dibatalkan"), ""),
    RunStatus.FAILED: (_("gagal"), "late"),
}
RUN_KINDS: Final[Mapping[StrEnum, str]] = {
    RunKind.WEEK: _("Rencana minggu"),
    RunKind.REPAIR: _("Perbaikan rencana"),
    RunKind.WHAT_IF: _("Pengandaian"),
}
RUN_FAILURES: Final[Mapping[StrEnum, str]] = {
    RunFailure.NO_DEMAND: _("Belum ada dapur yang mengirim kebutuhan minggu itu."),
    RunFailure.INVALID_PROBLEM: _("Data minggu itu tidak lengkap atau bertentangan; periksa penawaran dan stok."),
    RunFailure.SOLVER_FAILED: _("Penghitungan berhenti dengan kesalahan."),
    RunFailure.WORKER_LOST: _("Mesin penghitung terhenti; jalankan sekali lagi."),
    RunFailure.INTERNAL_ERROR: _("Kesalahan ada pada kami dan sudah tercatat."),
}
PLAN: Final[Mapping[StrEnum, tuple[str, str]]] = {
    PlanStatus.PROPOSED: (_("belum terbit"), "wait"),
    PlanStatus.PUBLISHED: (_("terbit"), "good"),
    PlanStatus.DISCARDED: (_("dibuang"), ""),
    PlanStatus.SUPERSEDED: (_("sudah diganti"), ""),
}
SHORTAGE_CAUSES: Final[Mapping[StrEnum, str]] = {
    ShortageCause.UNMATCHED: _("tidak ada yang memasok"),
    ShortageCause.DECLINED: _("ditolak koperasi"),
    ShortageCause.ACCEPTED_LESS: _("disanggupi sebagian"),
}
FALLEN_LINES: Final[Mapping[StrEnum, str]] = {
    FallenLines.AUTOMATIC: _("Langsung dialihkan oleh Pasok"),
    FallenLines.ASK_OPERATOR: _("Menunggu keputusan operator"),
}
SOLVES: Final[Mapping[StrEnum, str]] = {
    SolverStatus.OPTIMAL: "terbukti terbaik",
    SolverStatus.FEASIBLE: "baik, belum terbukti terbaik",
    SolverStatus.STOPPED: "dihentikan sebelum selesai",
    SolverStatus.INFEASIBLE: "tidak bisa dipenuhi",
}
KEPT_OUT: Final[Mapping[StrEnum, str]] = {
    Ineligibility.ORGANISATION_INACTIVE: "organisasi tidak aktif",
    Ineligibility.NOT_FOR_KITCHENS: "bukan barang untuk dapur",
    Ineligibility.DOCUMENT_MISSING: "surat tidak ada atau kedaluwarsa",
    Ineligibility.CLOSED_ALL_DAYS: "tutup sepanjang minggu",
    Ineligibility.LEAD_TIME: "terlalu dekat dengan hari masak",
    Ineligibility.NOTHING_LEFT: "sudah habis terikat",
    Ineligibility.CAP_EXCEEDED: "di atas batas harga",
    Ineligibility.SHELF_LIFE: "kedaluwarsa sebelum dimasak",
    Ineligibility.OUTSIDE_DAYS: "di luar hari tersedia",
    Ineligibility.NO_DEMAND: "tidak ada yang membutuhkan",
    Ineligibility.ALREADY_ORDERED: "sudah dipesan",
    Ineligibility.CLOSED_DAY: "dapur tutup hari itu",
    Ineligibility.DAY_BEGUN: "hari masak sudah mulai",
    Ineligibility.SPLIT_DAYS: "terputus dari hari tersedia yang lain",
    Ineligibility.DECLINED: "koperasi sudah menolak",
    Ineligibility.RECALLED: "barang ditarik",
}
