from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "haihe.data.matching.review"
    label = "matching_linkage"
    verbose_name = "关联核对"
