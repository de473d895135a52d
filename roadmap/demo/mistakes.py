"""What a returned report had wrong at first: the reviewer's remark and the answers as they were before it."""

from __future__ import annotations

from typing import Any

Answers = dict[str, Any]

PAIRS_REMARK = (
    "Число пар в разделе «Пары и участники» не сходится с числом программ и с ежемесячными сведениями. "
    "Проверьте по приказу о закреплении и исправьте."
)
DECISIONS_REMARK = (
    "В управленческих решениях нет сроков. Допишите к каждому, до какого числа оно будет исполнено: "
    "этот раздел войдёт в справку целиком."
)
MEETINGS_REMARK = "Встреч за месяц больше, чем могли провести ваши пары. Проверьте число: возможно, лишний ноль."
LINK_REMARK = "Ссылка на обновление сайта не открывается. Проверьте адрес и исправьте его в сведениях."
REOPENED_REMARK = (
    "Число молодых специалистов расходится с кадровым отчётом школы за тот же год. "
    "Проверьте карточку ОО и показатель, исправьте и отправьте снова."
)


def mistaken(module: str, answers: Answers, school: int) -> tuple[Answers, str]:
    """The answers as first sent, and the remark on them."""
    if module == "school_report":
        if school % 2:
            return answers | {"pairs": answers["pairs"] + 3}, PAIRS_REMARK
        undated = "Назначить наставников новым учителям\nУтвердить персонализированные программы"
        return answers | {"decisions": undated}, DECISIONS_REMARK
    if answers["site_updates"] and school % 2 == 0:
        first, *others = answers["site_updates"]
        return answers | {"site_updates": [first | {"link": first["link"] + "-old"}, *others]}, LINK_REMARK
    if answers.get("meetings"):
        return answers | {"meetings": answers["meetings"] * 10}, MEETINGS_REMARK
    wrong = {"no_changes": False, "new_pairs": 0, "closed_pairs": 0, "meetings": 1}
    return answers | wrong, "В сведениях указана одна встреча, а на сайте сказано, что встреч не было. Уточните."
