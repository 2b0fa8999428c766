from django.urls import include, path
from rest_framework.routers import SimpleRouter

from papers.api import PaperViewSet

router = SimpleRouter()
router.register("papers", PaperViewSet, basename="api-papers")

urlpatterns = [path("", include(router.urls))]
